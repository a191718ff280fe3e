// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What goes through the exporters of ExportBenchmark; never loaded, its rings are replayed. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "ebpf_export.h"

char LICENSE[] SEC("license") = "GPL";

struct connection {
	ipv4_addr source;
	ipv4_addr destination;
	__u16 destination_port;
	__u16 family;
	__u32 error;
};

struct opening {
	__u32 pid;
	__s32 result;
	__u64 bytes_read;
	duration took;
	comm command;
	char file[32];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
	__type(value, struct connection);
} connections EBPF_COUNTER;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
	__type(value, struct opening);
} openings EBPF_PRINT;
