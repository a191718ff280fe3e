/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole process: opens an object with one program and one ring, loads, attaches, writes R, takes one event, ends, and
 * prints the microseconds of opening, loading, attaching and ending.
 */
#include <bpf/libbpf.h>
#include <unistd.h>

#include "protocol.h"
#include "workloads.h"

#define WAIT_MS 1000

static int stop(void *context, void *data, size_t size)
{
	(void)data;
	(void)size;
	*(bool *)context = true;
	return -EINTR;			/* one is enough */
}

static int ring_of(const struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
		if (bpf_map__type(map) == BPF_MAP_TYPE_RINGBUF)
			return bpf_map__fd(map);
	errno = 0;
	die("the object has no ring");
}

void exec_once(const char *path)
{
	uint64_t begun = clock_ns(CLOCK_MONOTONIC), opened, loaded, attached, ended;
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct ring_buffer *reader;
	struct bpf_link *link;
	bool came = false;

	if (!object)
		die("cannot open %s", path);
	opened = clock_ns(CLOCK_MONOTONIC);
	if (bpf_object__load(object))
		die("cannot load %s; needs root", path);
	loaded = clock_ns(CLOCK_MONOTONIC);
	link = bpf_program__attach(bpf_object__next_program(object, NULL));
	reader = ring_buffer__new(ring_of(object), stop, &came, NULL);
	if (!link || !reader)
		die("cannot attach %s", path);
	attached = clock_ns(CLOCK_MONOTONIC);
	if (write(STDOUT_FILENO, "R", 1) != 1)
		die("cannot write to who started this");
	while (!came)
		ring_buffer__poll(reader, WAIT_MS);
	ended = clock_ns(CLOCK_MONOTONIC);
	ring_buffer__free(reader);
	bpf_link__destroy(link);
	bpf_object__close(object);
	printf("%.1f %.1f %.1f %.1f\n", (opened - begun) / 1e3, (loaded - opened) / 1e3, (attached - loaded) / 1e3,
	       (clock_ns(CLOCK_MONOTONIC) - ended) / 1e3);
}
