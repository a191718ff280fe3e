// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * tcpconnect: TCP connections that this machine opens over IPv4, counted twice:
 * by user space from events, and here in a hash.
 *
 * Hooks   tracepoint sock/inet_sock_set_state, CLOSE -> SYN_SENT: each connect()
 *         that found a route, whether it is answered or not.
 * Output  ring `tcpconnect_events` (.maps.counter), one record a connection:
 *             ebpf_tcpconnect_events_total{saddr,daddr}
 *         hash `tcpconnect_total` (.maps.counter):
 *             ebpf_tcpconnect_total{saddr,daddr,dport}
 *         The source port is no label: there are tens of thousands of them.
 * Loss    `tcpconnect_events_lost`: records that found the ring full;
 *         `tcpconnect_total_lost`: connections that found the hash full.
 * Kernel  5.8 (ring buffer). Needs no kernel BTF.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "solo_types.h"

#define AF_INET		2
#define AF_INET6	10
#define IPPROTO_TCP	6
#define TCP_SYN_SENT	2
#define TCP_CLOSE	7

__u64 tcpconnect_events_lost;
__u64 tcpconnect_total_lost;

/* As in events/sock/inet_sock_set_state/format under tracefs */
struct inet_sock_set_state {
	__u64 common;
	const void *skaddr;
	int oldstate;
	int newstate;
	__u16 sport;		/* ports are in host order here, addresses are not */
	__u16 dport;
	__u16 family;
	__u16 protocol;
	__u32 saddr;
	__u32 daddr;
	__u32 saddr_v6[4];
	__u32 daddr_v6[4];
};

struct tcpconnect {
	ipv4_addr saddr;
	ipv4_addr daddr;
};

/* Packed, since padding would be part of the key: equal peers, unequal bytes */
struct tcpconnect_peer {
	ipv4_addr saddr;
	ipv4_addr daddr;
	__u16 dport;
} __attribute__((packed));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
	__type(value, struct tcpconnect);
} tcpconnect_events SEC(".maps.counter");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct tcpconnect_peer);
	__type(value, __u64);
} tcpconnect_total SEC(".maps.counter");

/* A dual-stack socket, which is what a JVM opens, is AF_INET6 whoever it talks
 * to; IPv4 peers then have addresses of the form ::ffff:a.b.c.d. */
static __always_inline bool is_ipv4(const struct inet_sock_set_state *ctx)
{
	if (ctx->family == AF_INET)
		return true;
	return ctx->family == AF_INET6 && !ctx->daddr_v6[0] && !ctx->daddr_v6[1] &&
	       ctx->daddr_v6[2] == bpf_htonl(0xffff);
}

static __always_inline void send_event(const struct inet_sock_set_state *ctx)
{
	struct tcpconnect *e;

	e = bpf_ringbuf_reserve(&tcpconnect_events, sizeof(*e), 0);
	if (!e) {
		__sync_fetch_and_add(&tcpconnect_events_lost, 1);
		return;
	}
	e->saddr = ctx->saddr;
	e->daddr = ctx->daddr;
	bpf_ringbuf_submit(e, 0);
}

static __always_inline void count(const struct inet_sock_set_state *ctx)
{
	struct tcpconnect_peer peer = {
		.saddr = ctx->saddr,
		.daddr = ctx->daddr,
		.dport = ctx->dport,
	};
	__u64 zero = 0, *total;

	total = bpf_map_lookup_elem(&tcpconnect_total, &peer);
	if (!total) {
		/* another CPU may be first: then its row is the one to add to */
		bpf_map_update_elem(&tcpconnect_total, &peer, &zero, BPF_NOEXIST);
		total = bpf_map_lookup_elem(&tcpconnect_total, &peer);
	}
	__sync_fetch_and_add(total ?: &tcpconnect_total_lost, 1);
}

SEC("tracepoint/sock/inet_sock_set_state")
int set_state(struct inet_sock_set_state *ctx)
{
	if (ctx->protocol != IPPROTO_TCP || ctx->oldstate != TCP_CLOSE ||
	    ctx->newstate != TCP_SYN_SENT || !is_ipv4(ctx))
		return 0;

	send_event(ctx);
	count(ctx);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
