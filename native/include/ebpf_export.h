/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What an object file can say about how its maps are exported. All of it is
 * optional: SEC(".maps.counter") and "solo_types.h" are enough to begin with.
 *
 * Include it after vmlinux.h or <linux/bpf.h>, if you use one of them; the
 * section macros need <bpf/bpf_helpers.h> by the time they are used.
 */
#ifndef __EBPF_EXPORT_H
#define __EBPF_EXPORT_H

#include "solo_types.h"

/*
 * Marks a map that stays in SEC(".maps"), so that any loader takes the object:
 *
 *	struct { ... } connects SEC(".maps") EBPF_EXPORT("counter");
 *
 * Outputs: print, counter, gauge, histogram (or hist), timer, summary.
 */
#define EBPF_EXPORT(output) __attribute__((btf_decl_tag("bpf.export:" output)))

/*
 * Marks a member of a record, a key or a value, after its name:
 *
 *	__u64 bytes EBPF_ROLE("value");
 *
 * Roles: label, value, hidden, log (in JSON, never a label), count, sum, max,
 * slots.
 */
#define EBPF_ROLE(role) __attribute__((btf_decl_tag("bpf.role:" role)))

/* The same mark as a section, for loaders that know the convention */
#define EBPF_PRINT	SEC(".maps.print")
#define EBPF_COUNTER	SEC(".maps.counter")
#define EBPF_GAUGE	SEC(".maps.gauge")
#define EBPF_HISTOGRAM	SEC(".maps.histogram")
#define EBPF_TIMER	SEC(".maps.timer")
#define EBPF_SUMMARY	SEC(".maps.summary")

/*
 * A ring buffer and how many records found no room in it, which nobody could
 * know otherwise: <name>_lost_samples counts them, one number a CPU, and the
 * reader and the meters show their sum.
 *
 *	EXPORT_RING(opens, 256 * 1024, struct open_event, EBPF_PRINT);
 *
 *	struct open_event *event = export_reserve(opens, sizeof(*event));
 *	if (!event)
 *		return 0;
 *	...
 *	export_submit(event);		or export_discard(event);
 *
 *	export_output(opens, &event, sizeof(event));	copies, 0 or negative
 *
 * `bytes` is a power of two and a multiple of the page size; `mark` is one of
 * the above, or SEC(".maps") and what follows that.
 */
#define EXPORT_RING(name, bytes, record, mark)				\
	EXPORT_LOST(name);						\
	struct {							\
		__uint(type, BPF_MAP_TYPE_RINGBUF);			\
		__uint(max_entries, bytes);				\
		__type(value, record);					\
	} name mark

/* The counter alone, for a ring or perf buffer that is defined elsewhere */
#define EXPORT_LOST(name)						\
	struct {							\
		__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);		\
		__uint(max_entries, 1);					\
		__type(key, __u32);					\
		__type(value, __u64);					\
	} name##_lost_samples SEC(".maps")

/* Functions that run in interrupts may meet here on one CPU, so it is atomic */
#define __export_lost(name)						\
	({								\
		__u32 __export_key = 0;					\
		__u64 *__export_count = bpf_map_lookup_elem(		\
			&name##_lost_samples, &__export_key);		\
		if (__export_count)					\
			__sync_fetch_and_add(__export_count, 1);	\
	})

#define export_reserve(name, size)					\
	({								\
		void *__export_record = bpf_ringbuf_reserve(&name, size, 0); \
		if (!__export_record)					\
			__export_lost(name);				\
		__export_record;					\
	})

#define export_submit(record) bpf_ringbuf_submit(record, 0)

#define export_discard(record) bpf_ringbuf_discard(record, 0)

#define export_output(name, data, size)					\
	({								\
		long __export_error = bpf_ringbuf_output(&name, data, size, 0); \
		if (__export_error)					\
			__export_lost(name);				\
		__export_error;						\
	})

/*
 * Field types beyond the founding three. Only the name matters, so where one
 * of them is in your way (a global variable called `pid`), define
 * EBPF_NO_FIELD_TYPES and write your own typedefs for what you need.
 *
 * Not here: path, argv and dns_name, char arrays whose size is yours to choose
 * (`typedef char path[256];`); dev_t, which the system brings; mac_addr, six
 * bytes, which the kernel may bring (vmlinux.h has a struct of that name).
 */
#ifndef EBPF_NO_FIELD_TYPES

/* Lengths of time; `duration` is in nanoseconds */
typedef unsigned long long duration_us;
typedef unsigned long long duration_ms;
typedef unsigned long long duration_s;

/* Points in time, in nanoseconds: of bpf_ktime_get_ns(), _boot_ns(), _tai_ns(),
 * and since 1970 in UTC */
typedef unsigned long long ktime;
typedef unsigned long long boottime;
typedef unsigned long long ktime_tai;
typedef unsigned long long unix_ns;

/* Network: port_be as on the wire, port as a number */
typedef unsigned short port_be;
typedef unsigned short port;
typedef unsigned char ip_proto;		/* IPPROTO_TCP ... */
typedef unsigned short addr_family;	/* AF_INET ... */
typedef unsigned char tcp_state;	/* TCP_ESTABLISHED ... */
typedef unsigned int ifindex;

/* Tasks: `pid` and `tgid` name the process, `tid` the thread. The packed ones
 * are what bpf_get_current_pid_tgid() and _uid_gid() return. */
typedef unsigned int pid;
typedef unsigned int tgid;
typedef unsigned int tid;
typedef unsigned int ppid;
typedef unsigned long long pid_tgid;
typedef unsigned int uid;
typedef unsigned int gid;
typedef unsigned long long uid_gid;
typedef char comm[16];
typedef unsigned long long cgroup_id;	/* bpf_get_current_cgroup_id() */

/* Kernel addresses, and what bpf_get_stackid() returns */
typedef unsigned long long ksym;	/* shown as symbol+offset */
typedef unsigned long long kaddr;	/* shown as hex */
typedef int kstack_id;
typedef int ustack_id;

/* Numbers that have names */
typedef int errno_t;			/* 2 and -2 are both ENOENT */
typedef int signal_nr;
typedef int syscall_nr;
typedef int capability_nr;
typedef unsigned int file_mode;
typedef unsigned int file_flags;

/* Numbers that have a unit */
typedef unsigned long long bytes;
typedef unsigned long long packets;
typedef unsigned long long pages;
typedef unsigned int percent;

#endif /* EBPF_NO_FIELD_TYPES */

#endif /* __EBPF_EXPORT_H */
