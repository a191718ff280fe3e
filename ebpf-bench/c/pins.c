/* SPDX-License-Identifier: Apache-2.0 */
#include "pins.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol.h"

#define ROWS_A_CALL 100000		/* a kernel without preemption does nothing else meanwhile */

static const char *const fills[] = { "fill16", "fill48", "fill256", "fillmix" };
static const struct {
	const char *name;
	uint32_t rows;
} tables[] = { { "h1m", 1000000 }, { "h10k", 10000 }, { "ph10k", 10000 }, { "a10k", 10000 }, { "n10k", 10000 } };

/* the first of these tables */
static const char *const walked[] = { "h1m", "h10k" };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* struct rows of bpf/maps.bpf.c */
struct rows {
	uint32_t first, count, cpus;
};

static const char *folder(void)
{
	const char *pins = getenv("PERF_PINS");

	return pins ? pins : "/sys/fs/bpf/ebpf4j-bench";
}

const char *pin_path(const char *name)
{
	static char paths[2][512];
	static int next;
	char *path = paths[next++ % 2];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder(), name);
	return path;
}

int pinned(const char *name)
{
	int fd = bpf_obj_get(pin_path(name));

	if (fd < 0)
		die("%s is not pinned, run setup", pin_path(name));
	return fd;
}

static void pin(int fd, const char *name)
{
	if (fd < 0 || bpf_obj_pin(fd, pin_path(name)))
		die("cannot pin %s", pin_path(name));
}

uint32_t call(int program, void *context, size_t size)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = context, .ctx_size_in = size);

	if (bpf_prog_test_run_opts(program, &options))
		die("cannot run a function");
	return options.retval;
}

size_t ring_size(int ring)
{
	struct bpf_map_info info = {};
	__u32 length = sizeof(info);

	if (bpf_obj_get_info_by_fd(ring, &info, &length))
		die("cannot ask for the size of a ring");
	return info.max_entries;
}

static struct bpf_object *opened(const char *objects, const char *file)
{
	char path[512];
	struct bpf_object *object;

	snprintf(path, sizeof(path), "%s/%s", objects, file);
	object = bpf_object__open_file(path, NULL);
	if (!object)
		die("cannot open %s", path);
	return object;
}

struct bpf_object *ring_object(const char *objects)
{
	struct bpf_object *object = opened(objects, "ring.bpf.o");

	if (bpf_map__set_value_size(bpf_object__find_map_by_name(object, "ring"), 0))
		die("cannot set the ring's value size");
	return object;
}

static int function(struct bpf_object *object, const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(object, name));
}

static void setup_ring(const char *objects)
{
	struct bpf_object *object = ring_object(objects);

	if (bpf_object__load(object))
		die("cannot load ring.bpf.o; needs root and Linux 5.17");
	pin(bpf_object__find_map_fd_by_name(object, "ring"), "ring");
	for (size_t i = 0; i < COUNT(fills); i++)
		pin(function(object, fills[i]), fills[i]);
	bpf_object__close(object);
}

/* A program that walks a table is loaded for that one. */
static void setup_walk(const char *objects, const char *table, int fd, uint32_t rows)
{
	struct bpf_object *object = opened(objects, "walk.bpf.o");
	char name[32];

	if (bpf_map__reuse_fd(bpf_object__find_map_by_name(object, "table"), fd) ||
	    bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "rows"), rows) || bpf_object__load(object))
		die("cannot load walk.bpf.o for %s", table);
	snprintf(name, sizeof(name), "walk_%s", table);
	pin(function(object, "walk"), name);
	snprintf(name, sizeof(name), "rows_%s", table);
	pin(bpf_object__find_map_fd_by_name(object, "rows"), name);
	bpf_object__close(object);
}

static void setup_tables(const char *objects)
{
	struct bpf_object *object = opened(objects, "maps.bpf.o");

	if (bpf_object__load(object))
		die("cannot load maps.bpf.o; needs root and Linux 5.19");
	for (size_t i = 0; i < COUNT(tables); i++) {
		struct rows rows = { .cpus = libbpf_num_possible_cpus() };
		char name[32];

		snprintf(name, sizeof(name), "fill_%s", tables[i].name);
		for (; rows.first < tables[i].rows; rows.first += rows.count) {
			uint32_t left = tables[i].rows - rows.first;

			rows.count = left < ROWS_A_CALL ? left : ROWS_A_CALL;
			if (call(function(object, name), &rows, sizeof(rows)))
				die("cannot fill %s", tables[i].name);
		}
		pin(bpf_object__find_map_fd_by_name(object, tables[i].name), tables[i].name);
	}
	for (size_t i = 0; i < COUNT(walked); i++)
		setup_walk(objects, walked[i], bpf_object__find_map_fd_by_name(object, walked[i]), tables[i].rows);
	bpf_object__close(object);
}

void setup(const char *objects)
{
	teardown();
	if (mkdir(folder(), 0700))
		die("cannot make %s; mount -t bpf bpf /sys/fs/bpf makes a BPF file system", folder());
	setup_ring(objects);
	setup_tables(objects);
}

void teardown(void)
{
	unlink(pin_path("ring"));
	unlink(pin_path("flow"));
	for (size_t i = 0; i < COUNT(fills); i++)
		unlink(pin_path(fills[i]));
	for (size_t i = 0; i < COUNT(tables); i++)
		unlink(pin_path(tables[i].name));
	for (size_t i = 0; i < COUNT(walked); i++) {
		char name[32];

		snprintf(name, sizeof(name), "walk_%s", walked[i]);
		unlink(pin_path(name));
		snprintf(name, sizeof(name), "rows_%s", walked[i]);
		unlink(pin_path(name));
	}
	rmdir(folder());
}
