// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Copies all rows of a hash of maps.bpf.c into memory that is mapped, as a C program does that knows of no rows that come and
 * go meanwhile: MapWalker looks each key up again. Linux 5.14.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct key {
	__u64 index;
	__u64 scrambled;
};

struct row {
	struct key key;
	__u64 value;
};

/* stands for the one that is walked */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct key);
	__type(value, __u64);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct row);
} rows SEC(".maps");

struct bpf_map;

static long step(struct bpf_map *map, struct key *key, __u64 *value, __u64 *count)
{
	__u32 index = *count;
	struct row *row = bpf_map_lookup_elem(&rows, &index);

	if (!row)
		return 1;
	row->key = *key;
	row->value = *value;
	*count += 1;
	return 0;
}

/* the context is where the count begins: a verifier that knows it goes from row to row */
SEC("syscall") int walk(__u64 *context)
{
	__u64 count = *context;

	bpf_for_each_map_elem(&table, step, &count, 0);
	return count;
}
