/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's types. */
#include <bpf/btf.h>
#include <malloc.h>

#include "protocol.h"
#include "workloads.h"

#define KERNEL_BTF	"/sys/kernel/btf/vmlinux"
#define PRESENT		"task_struct"
#define ABSENT		"no_such_struct_anywhere"

typedef struct btf *opener(void);

static struct btf *parse(void)
{
	return btf__parse(KERNEL_BTF, NULL);
}

static struct btf *load(void)
{
	return btf__load_vmlinux_btf();
}

static struct btf *opened(opener *open)
{
	struct btf *btf = open();

	if (!btf)
		die("cannot open %s", KERNEL_BTF);
	return btf;
}

/* The sum of all bit offsets and lengths of names, the same in every harness. */
static uint64_t walk(const struct btf *btf)
{
	int id = btf__find_by_name_kind(btf, PRESENT, BTF_KIND_STRUCT);
	const struct btf_type *type;
	uint64_t sum = 0;

	if (id < 0)
		die("no struct " PRESENT);
	type = btf__type_by_id(btf, id);
	for (int i = 0; i < btf_vlen(type); i++)
		sum += btf_member_bit_offset(type, i) +
		       strlen(btf__name_by_offset(btf, btf_members(type)[i].name_off));
	return sum;
}

static void measure_open(opener *open, const char *variant)
{
	struct samples s = samples_of("C.btf warm", "parse+find+walk", variant, "us", 1e3);
	uint64_t sum = 0;

	while (wants_more(&s, 5)) {
		struct btf *btf;

		begin(&s);
		btf = opened(open);
		sum = walk(btf);
		end(&s);
		btf__free(btf);
	}
	report(&s, sum);
}

static void measure_find(const struct btf *btf)
{
	struct samples s = samples_of("C.btf warm", "find+walk, loaded", "btf__find_by_name_kind", "us", 1e3);
	uint64_t sum = 0;

	while (wants_more(&s, 5)) {
		begin(&s);
		sum = walk(btf);
		end(&s);
	}
	report(&s, sum);
}

static void measure_absent(const struct btf *btf)
{
	struct samples s = samples_of("C.btf warm", "find absent, loaded", "btf__find_by_name_kind", "us", 1e3);
	int id = 0;

	while (wants_more(&s, 5)) {
		begin(&s);
		id = btf__find_by_name_kind(btf, ABSENT, BTF_KIND_STRUCT);
		end(&s);
	}
	report(&s, id < 0);
}

static char text[16 << 20];
static size_t text_length;

static void append(void *context, const char *format, va_list args)
{
	(void)context;
	text_length += vsnprintf(text + text_length, sizeof(text) - text_length, format, args);
	if (text_length >= sizeof(text))
		die("the C dump is larger than %zu bytes", sizeof(text));
}

static void dump(const struct btf *btf)
{
	struct btf_dump *dump = btf_dump__new(btf, append, NULL, NULL);

	if (!dump)
		die("btf_dump__new");
	text_length = 0;
	for (__u32 id = 1; id < btf__type_cnt(btf); id++)
		if (btf_dump__dump_type(dump, id))
			die("dump of type %u", id);
	btf_dump__free(dump);
}

static void measure_dump(const struct btf *btf)
{
	struct samples s = samples_of("C.btf dump", "all types to C", "btf_dump", "us", 1e3);

	while (wants_more(&s, 3)) {
		begin(&s);
		dump(btf);
		end(&s);
	}
	/* no check: white space may differ between harnesses; the bytes are in the line below */
	report(&s, 0);
	printf("C.btf dump\tall types to C\tbtf_dump\tbytes\t%zu\t0\t%zu\t1\t0\n", text_length, text_length);
	printf("C.btf dump\tall types to C\tbtf_dump\ttypes\t%u\t0\t0\t1\t0\n", btf__type_cnt(btf) - 1);
}

void btf_warm(void)
{
	struct btf *btf;

	measure_open(parse, "btf__parse");
	measure_open(load, "btf__load_vmlinux_btf");
	btf = opened(parse);
	measure_find(btf);
	measure_absent(btf);
	measure_dump(btf);
	btf__free(btf);
}

static size_t allocated(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

/* All of libbpf's is heap: it reads the file, and adds where each type lies. */
void heap(void)
{
	size_t before = allocated(), bytes;
	struct btf *btf = opened(parse);

	bytes = allocated() - before;
	printf("C.btf heap\topen\tbtf__parse\tbytes\t%zu\t0\t%zu\t1\t0\n", bytes, bytes);
	btf__free(btf);
}

int btf_once(const char *how)
{
	return walk(opened(how && !strcmp(how, "load") ? load : parse)) == 0;
}
