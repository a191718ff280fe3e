/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel objects that all harnesses of a round share, pinned in one folder: how the pages of one ring happen to lie
 * in memory moves a figure more than some harnesses differ. The folder is $PERF_PINS, or /sys/fs/bpf/ebpf4j-bench.
 *
 *     ring                            16 MiB, and fill16, fill48, fill256, fillmix, which write to it
 *     flow                            the ring of flow.c, there while that runs or until another size is wanted
 *     h1m, h10k, ph10k, a10k, n10k    maps of 1,000,000 or 10,000 rows
 */
#ifndef BENCH_PINS_H
#define BENCH_PINS_H

#include <stddef.h>
#include <stdint.h>

struct bpf_object;

/* The context of the fill functions: struct fill of bpf/ring.bpf.c, Fill.java */
struct fill {
	uint32_t count, flags;
	uint64_t seq;
};

/* What every record begins with: struct mark of bpf/ring.bpf.c */
struct mark {
	uint64_t seq;
	uint32_t value, kind;
};

void setup(const char *objects);
void teardown(void);

/* Returns where something is pinned, valid until the next but one call. */
const char *pin_path(const char *name);
/* Opens it. */
int pinned(const char *name);

/* Opens FOLDER/ring.bpf.o. A kernel takes no sizes of records with a ring, so it says none. */
struct bpf_object *ring_object(const char *objects);
/* Runs a function with a context; returns what it returned. */
uint32_t call(int program, void *context, size_t size);
/* The bytes of a ring. */
size_t ring_size(int ring);

#endif
