/*
 * Splits the BTF of a module from that of its kernel, as pahole does when a kernel is built, and distils the base that
 * a module carries with it since Linux 6.11. Needs libbpf from 1.5 on.
 *
 * usage: split kernel.o later.o module.o el|eb
 */
#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *order;

static void need(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(1);
	}
}

/* Writes NAME.ORDER.btf. */
static void save(struct btf *btf, const char *name)
{
	char path[64];
	__u32 size;
	const void *data;
	FILE *file;

	need(btf__set_endianness(btf, strcmp(order, "eb") ? BTF_LITTLE_ENDIAN : BTF_BIG_ENDIAN) == 0, "byte order");
	data = btf__raw_data(btf, &size);
	need(data != NULL, name);
	snprintf(path, sizeof(path), "%s.%s.btf", name, order);
	file = fopen(path, "wb");
	need(file && fwrite(data, size, 1, file) == 1 && fclose(file) == 0, path);
}

int main(int argc, char **argv)
{
	struct btf *kernel, *later, *module, *split, *distilled, *distilled_base;

	need(argc == 5, "arguments");
	order = argv[4];
	kernel = btf__parse_elf(argv[1], NULL);
	need(kernel != NULL, argv[1]);
	later = btf__parse_elf(argv[2], NULL);
	need(later != NULL, argv[2]);
	module = btf__parse_elf(argv[3], NULL);
	need(module != NULL, argv[3]);

	split = btf__new_empty_split(kernel);
	need(split && btf__add_btf(split, module) > 0, "adding the module's types");
	need(btf__dedup(split, NULL) == 0, "leaving out those of the kernel");
	need(btf__distill_base(split, &distilled_base, &distilled) == 0, "distilling");
	save(kernel, "kernel");
	save(split, "module");
	save(distilled_base, "distilled_base");
	save(distilled, "distilled");

	/* libbpf would go on giving out the bytes it gave out before */
	need(btf__distill_base(split, &distilled_base, &distilled) == 0, "distilling again");
	save(later, "later");
	need(btf__relocate(distilled, later) == 0, "putting the module on the later kernel");
	save(distilled, "relocated");

	/* a pointer to a type that neither has */
	need(btf__add_ptr(split, 9999) > 0, "breaking");
	save(split, "beyond");
	return 0;
}
