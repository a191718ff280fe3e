// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Maps to be iterated and looked up, and functions that fill them: row i has key { i, scrambled(i) }, or i
 * where keys are numbers, and value i on every CPU. Linux 5.19 (bpf_map_lookup_percpu_elem).
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

#define MOST_CPUS 1024

struct key {
	__u64 index;
	__u64 scrambled;
};

/* struct rows of c/pins.c */
struct rows {
	__u32 first;
	__u32 count;
	__u32 cpus;		/* possible ones, for the per-CPU map */
};

struct progress {
	__u32 first;
	__u32 cpus;
	__u64 failed;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1000000);
	__type(key, struct key);
	__type(value, __u64);
} h1m SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10000);
	__type(key, struct key);
	__type(value, __u64);
} h10k SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 10000);
	__type(key, struct key);
	__type(value, __u64);
} ph10k SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 10000);
	__type(key, __u32);
	__type(value, __u64);
} a10k SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10000);
	__type(key, __u64);
	__type(value, __u64);
} n10k SEC(".maps");

static __always_inline struct key key_of(__u64 index)
{
	__u64 x = index;

	x ^= x >> 31;
	x *= 0x9e3779b97f4a7c15ull;
	x ^= x >> 29;
	return (struct key){ .index = index, .scrambled = x };
}

static long put_h1m(__u32 i, struct progress *progress)
{
	__u64 value = progress->first + i;
	struct key key = key_of(value);

	progress->failed += bpf_map_update_elem(&h1m, &key, &value, 0) != 0;
	return 0;
}

static long put_h10k(__u32 i, struct progress *progress)
{
	__u64 value = progress->first + i;
	struct key key = key_of(value);

	progress->failed += bpf_map_update_elem(&h10k, &key, &value, 0) != 0;
	return 0;
}

static long put_a10k(__u32 i, struct progress *progress)
{
	__u64 value = progress->first + i;
	__u32 index = value;

	progress->failed += bpf_map_update_elem(&a10k, &index, &value, 0) != 0;
	return 0;
}

static long put_n10k(__u32 i, struct progress *progress)
{
	__u64 value = progress->first + i;

	progress->failed += bpf_map_update_elem(&n10k, &value, &value, 0) != 0;
	return 0;
}

static long put_ph10k(__u32 i, struct progress *progress)
{
	__u64 value = progress->first + i;
	struct key key = key_of(value);

	if (bpf_map_update_elem(&ph10k, &key, &value, 0)) {
		progress->failed++;
		return 0;
	}
	for (__u32 cpu = 0; cpu < MOST_CPUS && cpu < progress->cpus; cpu++) {
		__u64 *own = bpf_map_lookup_percpu_elem(&ph10k, &key, cpu);

		if (own)
			*own = value;
		else
			progress->failed++;
	}
	return 0;
}

#define FILL(name, step)							\
	SEC("syscall") int name(struct rows *rows)				\
	{									\
		struct progress progress = { .first = rows->first, .cpus = rows->cpus };	\
										\
		bpf_loop(rows->count, step, &progress, 0);			\
		return progress.failed;						\
	}

FILL(fill_h1m, put_h1m)
FILL(fill_h10k, put_h10k)
FILL(fill_ph10k, put_ph10k)
FILL(fill_a10k, put_a10k)
FILL(fill_n10k, put_n10k)
