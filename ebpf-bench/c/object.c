/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a BPF object, with no kernel. */
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol.h"
#include "workloads.h"

struct bytes {
	void *data;
	size_t size;
};

static struct bytes contents(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct bytes bytes;
	struct stat stat;

	if (file < 0 || fstat(file, &stat))
		die("cannot open %s", path);
	bytes.size = stat.st_size;
	bytes.data = malloc(bytes.size);
	if (!bytes.data)
		die("no memory for %s", path);
	for (size_t done = 0; done < bytes.size;) {
		ssize_t got = read(file, (char *)bytes.data + done, bytes.size - done);

		if (got <= 0)
			die("cannot read %s", path);
		done += got;
	}
	close(file);
	return bytes;
}

static struct bpf_object *object(struct bytes bytes)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "bench");
	struct bpf_object *object = bpf_object__open_mem(bytes.data, bytes.size, &options);

	if (!object)
		die("bpf_object__open_mem");
	return object;
}

static uint64_t programs(const struct bpf_object *object)
{
	struct bpf_program *program;
	uint64_t count = 0;

	bpf_object__for_each_program(program, object)
		count++;
	return count;
}

void elf_warm(const char *label, const char *path)
{
	struct samples s = samples_of("D.elf warm", label, "bpf_object__open_mem", "us", 1e3);
	struct bytes bytes = contents(path);
	uint64_t count = 0;

	while (wants_more(&s, 20)) {
		struct bpf_object *opened;

		begin(&s);
		opened = object(bytes);
		end(&s);
		count = programs(opened);
		bpf_object__close(opened);
	}
	report(&s, count);
	free(bytes.data);
}

int elf_once(const char *path)
{
	return programs(object(contents(path))) == 0;
}
