// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * One program, one ring, one relocation against the kernel's types; never loaded, only read.
 *
 * Built twice. As it stands it is the small object. With -DWHOLE_KERNEL it takes struct task_struct
 * from the kernel's own header, and with it 390 types and their debug information: the large one.
 */
#ifdef WHOLE_KERNEL
#include "vmlinux.h"
#else
#include <linux/bpf.h>

struct task_struct {
	struct task_struct *real_parent;
	int tgid;
} __attribute__((preserve_access_index));
#endif
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";

struct execution {
	__u64 at;
	__u32 pid;
	__u32 parent;
	char name[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} executions SEC(".maps");

SEC("tracepoint/sched/sched_process_exec")
int on_exec(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct execution *record = bpf_ringbuf_reserve(&executions, sizeof(*record), 0);

	if (!record)
		return 0;
	record->at = bpf_ktime_get_ns();
	record->pid = bpf_get_current_pid_tgid() >> 32;
	record->parent = BPF_CORE_READ(task, real_parent, tgid);
	bpf_get_current_comm(record->name, sizeof(record->name));
	bpf_ringbuf_submit(record, 0);
	return 0;
}
