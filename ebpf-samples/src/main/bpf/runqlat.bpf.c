// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * runqlat: how long tasks that could run wait for a CPU, and how many wait.
 *
 * Hooks   raw tracepoints sched_wakeup, sched_wakeup_new, sched_switch.
 * Output  hash `runqlat_max` (.maps.gauge): the longest wait that ended on a CPU
 *         in this period or the one before it:
 *             ebpf_runqlat_max_seconds{cpu}
 *         Periods are 30 s, so the gauge looks back 30 to 60 s, and no peak falls
 *         between two scrapes at most 30 s apart. A CPU that runs nothing new
 *         keeps its last value.
 *         hash `runqlat_waiting` (.maps.gauge): the tasks waiting now, by what put
 *         them in the queue; those queued before the start are not known:
 *             ebpf_runqlat_waiting{cause="WOKEN"|"CREATED"|"PREEMPTED"}
 * Kernel  5.8, with BTF (CONFIG_DEBUG_INFO_BTF): the fields of task_struct are
 *         found by CO-RE.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "solo_types.h"

#define TASK_RUNNING	0

/* Half of what runqlat_max looks back; 0: it forgets nothing */
const volatile duration period = 30ULL * 1000 * 1000 * 1000;

struct task_struct {
	int pid;
	int on_cpu;
	unsigned int __state;
} __attribute__((preserve_access_index));

/* Before 5.14 */
struct task_struct___old {
	volatile long state;
} __attribute__((preserve_access_index));

enum cause {
	WOKEN,
	CREATED,
	PREEMPTED,
};

struct wait {
	__u64 start;
	enum cause cause;
};

struct peak {
	__u64 period;
	duration now;
	duration before;
};

struct cpu_key {
	__u32 cpu;
};

struct cause_key {
	enum cause cause;
};

/* Waits that have begun, by thread. An entry lives only as long as the wait. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, int);
	__type(value, struct wait);
} waits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct peak);
} peaks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);	/* the most CPUs a kernel takes */
	__type(key, struct cpu_key);
	__type(value, duration);
} runqlat_max SEC(".maps.gauge");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 3);
	__type(key, struct cause_key);
	__type(value, __s64);
} runqlat_waiting SEC(".maps.gauge");

static __always_inline void count_waiting(enum cause cause, __s64 delta)
{
	struct cause_key key = { .cause = cause };
	__s64 zero = 0, *waiting;

	waiting = bpf_map_lookup_elem(&runqlat_waiting, &key);
	if (!waiting) {
		bpf_map_update_elem(&runqlat_waiting, &key, &zero, BPF_NOEXIST);
		waiting = bpf_map_lookup_elem(&runqlat_waiting, &key);
		if (!waiting)
			return;
	}
	__sync_fetch_and_add(waiting, delta);
}

static __always_inline void begin_wait(struct task_struct *task, enum cause cause)
{
	struct wait wait = { .start = bpf_ktime_get_ns(), .cause = cause };
	int pid = BPF_CORE_READ(task, pid);

	/* BPF_NOEXIST: a task may be woken while it is queued already, and it has
	 * waited from the first time on. Pid 0 is idle, which waits for nothing. */
	if (pid && !bpf_map_update_elem(&waits, &pid, &wait, BPF_NOEXIST))
		count_waiting(cause, 1);
}

/* How long the wait was; 0 if it began before we were attached */
static __always_inline duration end_wait(struct task_struct *task)
{
	int pid = BPF_CORE_READ(task, pid);
	struct wait *found, wait;
	__u64 now;

	found = bpf_map_lookup_elem(&waits, &pid);
	if (!found)
		return 0;
	wait = *found;
	now = bpf_ktime_get_ns();
	if (!bpf_map_delete_elem(&waits, &pid))
		count_waiting(wait.cause, -1);
	/* clocks of two CPUs may differ a little */
	return now > wait.start ? now - wait.start : 0;
}

/* We run with preemption off, and the rows of this CPU are written here alone. */
static __always_inline void record(duration wait)
{
	struct cpu_key key = { .cpu = bpf_get_smp_processor_id() };
	__u64 nr = bpf_ktime_get_ns() / period;	/* x / 0 is 0 in BPF */
	duration longest, *shown;
	struct peak *peak;
	__u32 zero = 0;

	peak = bpf_map_lookup_elem(&peaks, &zero);
	if (!peak)
		return;
	if (peak->period != nr) {
		peak->before = peak->period + 1 == nr ? peak->now : 0;
		peak->now = 0;
		peak->period = nr;
	}
	if (wait > peak->now)
		peak->now = wait;

	longest = peak->now > peak->before ? peak->now : peak->before;
	shown = bpf_map_lookup_elem(&runqlat_max, &key);
	if (!shown)
		bpf_map_update_elem(&runqlat_max, &key, &longest, BPF_ANY);
	else if (*shown != longest)
		*shown = longest;
}

/* A task can be woken before it has left its CPU: then it never waits. Without
 * SMP there is no on_cpu, and one task that may be running. */
static __always_inline bool is_running(struct task_struct *task)
{
	if (bpf_core_field_exists(task->on_cpu))
		return BPF_CORE_READ(task, on_cpu);
	return (__u64)task == bpf_get_current_task();
}

static __always_inline bool is_runnable(struct task_struct *task)
{
	struct task_struct___old *old = (void *)task;

	if (bpf_core_field_exists(task->__state))
		return BPF_CORE_READ(task, __state) == TASK_RUNNING;
	return BPF_CORE_READ(old, state) == TASK_RUNNING;
}

SEC("raw_tp/sched_wakeup")
int BPF_PROG(wakeup, struct task_struct *task)
{
	if (!is_running(task))
		begin_wait(task, WOKEN);
	return 0;
}

SEC("raw_tp/sched_wakeup_new")
int BPF_PROG(wakeup_new, struct task_struct *task)
{
	begin_wait(task, CREATED);
	return 0;
}

SEC("raw_tp/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	duration wait;

	/* Preempted on its way to sleep, it is still in the queue. */
	if (preempt || is_runnable(prev))
		begin_wait(prev, PREEMPTED);

	wait = end_wait(next);
	if (wait)
		record(wait);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
