// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Writes records into a ring on demand: one BPF_PROG_TEST_RUN of a fill function writes as many as its context says,
 * and returns how many did not fit. Linux 5.17 (bpf_loop).
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

/* How every record begins, and all of the smallest. */
struct mark {
	__u64 seq;
	__u32 value;		/* the lower 16 bits of seq */
	__u32 kind;		/* 0 */
};

struct mark48 {
	struct mark mark;
	__u64 at;		/* of bpf_ktime_get_ns(); only stamp48 writes it */
	__u8 rest[24];
};

struct mark256 {
	struct mark mark;
	__u8 rest[240];
};

/* struct fill of c/pins.h and Fill.java */
struct fill {
	__u32 count;
	__u32 flags;		/* of bpf_ringbuf_submit */
	__u64 seq;		/* of the first */
};

struct progress {
	__u64 seq;
	__u64 flags;
	__u64 dropped;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
	__type(value, struct mark);
} ring SEC(".maps");

static __always_inline void set(struct mark *mark, __u64 seq)
{
	mark->seq = seq;
	mark->value = seq & 0xffff;
	mark->kind = 0;
}

static long write16(__u32 i, struct progress *progress)
{
	struct mark *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record) {
		progress->dropped++;
		return 0;
	}
	set(record, progress->seq + i);
	bpf_ringbuf_submit(record, progress->flags);
	return 0;
}

static long write48(__u32 i, struct progress *progress)
{
	struct mark48 *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record) {
		progress->dropped++;
		return 0;
	}
	set(&record->mark, progress->seq + i);
	bpf_ringbuf_submit(record, progress->flags);
	return 0;
}

static long stamped48(__u32 i, struct progress *progress)
{
	struct mark48 *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record) {
		progress->dropped++;
		return 0;
	}
	set(&record->mark, progress->seq + i);
	record->at = bpf_ktime_get_ns();
	bpf_ringbuf_submit(record, progress->flags);
	return 0;
}

static long write256(__u32 i, struct progress *progress)
{
	struct mark256 *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record) {
		progress->dropped++;
		return 0;
	}
	set(&record->mark, progress->seq + i);
	bpf_ringbuf_submit(record, progress->flags);
	return 0;
}

/* Sizes that no reader can foretell: three, three and two of eight. The multiplier is 2^64 over the golden ratio. */
static long write_mixed(__u32 i, struct progress *progress)
{
	__u64 eighth = (progress->seq + i) * 0x9e3779b97f4a7c15ull >> 61;

	if (eighth < 3)
		return write16(i, progress);
	if (eighth < 6)
		return write48(i, progress);
	return write256(i, progress);
}

#define FILL(name, step)							\
	SEC("syscall") int name(struct fill *fill)				\
	{									\
		struct progress progress = { .seq = fill->seq, .flags = fill->flags };	\
										\
		bpf_loop(fill->count, step, &progress, 0);			\
		return progress.dropped;					\
	}

FILL(fill16, write16)
FILL(fill48, write48)
FILL(fill256, write256)
FILL(fillmix, write_mixed)
FILL(stamp48, stamped48)
