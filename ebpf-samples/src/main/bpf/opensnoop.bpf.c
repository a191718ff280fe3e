// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * opensnoop: every file that is opened, with the outcome and how long it took.
 *
 * Hooks   tracepoints syscalls/sys_{enter,exit}_{open,openat,openat2}. Those of
 *         open are optional ("?"): newer architectures (arm64, riscv) have no
 *         such system call, so whoever loads this turns them on where they exist.
 * Output  ring `opens` (.maps.print): one JSON event an open, struct open_event.
 *         No metrics: file names make poor labels.
 * Loss    `opens_lost` counts the events that found the ring full.
 * Kernel  5.8 (ring buffer). Needs no kernel BTF.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "solo_types.h"

#define COMM_LEN	16
#define FNAME_LEN	256

/* Report this process only; 0 is all of them. */
const volatile __u32 targ_tgid = 0;

/* Never report this process. The one that reads the ring names itself here if
 * it opens files because of what it reads, or each event would make the next. */
const volatile __u32 skip_tgid = 0;

__u64 opens_lost;

/* As in events/syscalls/<name>/format under tracefs */
struct sys_enter {
	__u64 common;
	int syscall_nr;
	unsigned long args[6];
};

struct sys_exit {
	__u64 common;
	int syscall_nr;
	long ret;
};

/* linux/openat2.h */
struct open_how {
	__u64 flags;
	__u64 mode;
	__u64 resolve;
};

struct open_event {
	__u32 pid;		/* process; `tid` is the thread in it */
	__u32 tid;
	__u32 uid;
	__s32 ret;		/* file descriptor, or -errno */
	duration latency;
	__u32 flags;		/* O_RDONLY ... */
	char comm[COMM_LEN];
	char fname[FNAME_LEN];	/* as the caller gave it, cut if longer */
};

struct pending_open {
	__u64 start;
	const char *fname;
	__u32 flags;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__type(value, struct open_event);
} opens SEC(".maps.print");

/*
 * Opens that have begun, by thread. No entry outlives its system call: one that
 * is killed inside of it still passes the exit tracepoint.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, __u32);
	__type(value, struct pending_open);
} pending SEC(".maps");

static __always_inline int open_begins(const char *fname, __u32 flags)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tgid = id >> 32, tid = id;
	struct pending_open open = {};

	if (targ_tgid && tgid != targ_tgid)
		return 0;
	if (skip_tgid && tgid == skip_tgid)
		return 0;

	open.start = bpf_ktime_get_ns();
	open.fname = fname;
	open.flags = flags;
	bpf_map_update_elem(&pending, &tid, &open, BPF_ANY);
	return 0;
}

static __always_inline int open_ends(const struct sys_exit *ctx)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id;
	struct pending_open *open;
	struct open_event *e;

	open = bpf_map_lookup_elem(&pending, &tid);
	if (!open)
		return 0;	/* filtered out, or begun before we were attached */

	e = bpf_ringbuf_reserve(&opens, sizeof(*e), 0);
	if (!e) {
		__sync_fetch_and_add(&opens_lost, 1);
		goto done;
	}

	e->pid = id >> 32;
	e->tid = tid;
	e->uid = bpf_get_current_uid_gid();
	e->ret = ctx->ret;
	e->latency = bpf_ktime_get_ns() - open->start;
	e->flags = open->flags;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	/* Read only now: the kernel has just read the name itself, so its page is
	 * there. On entry it may not be, and we cannot wait for it. */
	if (bpf_probe_read_user_str(e->fname, sizeof(e->fname), open->fname) < 0)
		e->fname[0] = '\0';
	bpf_ringbuf_submit(e, 0);
done:
	bpf_map_delete_elem(&pending, &tid);
	return 0;
}

SEC("?tracepoint/syscalls/sys_enter_open")
int enter_open(struct sys_enter *ctx)
{
	return open_begins((const char *)ctx->args[0], ctx->args[1]);
}

SEC("tracepoint/syscalls/sys_enter_openat")
int enter_openat(struct sys_enter *ctx)
{
	return open_begins((const char *)ctx->args[1], ctx->args[2]);
}

SEC("tracepoint/syscalls/sys_enter_openat2")
int enter_openat2(struct sys_enter *ctx)
{
	struct open_how how = {};

	bpf_probe_read_user(&how, sizeof(how), (const void *)ctx->args[2]);
	return open_begins((const char *)ctx->args[1], how.flags);
}

SEC("?tracepoint/syscalls/sys_exit_open")
int exit_open(struct sys_exit *ctx)
{
	return open_ends(ctx);
}

SEC("tracepoint/syscalls/sys_exit_openat")
int exit_openat(struct sys_exit *ctx)
{
	return open_ends(ctx);
}

SEC("tracepoint/syscalls/sys_exit_openat2")
int exit_openat2(struct sys_exit *ctx)
{
	return open_ends(ctx);
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
