/**
 * The other direction: the ring protocol of {@code BPF_MAP_TYPE_USER_RINGBUF}, in which this process writes records and a
 * function reads them with {@code bpf_user_ringbuf_drain}.
 *
 * <pre>
 *   consumer page   | consumer position: 8 bytes, written by the kernel with release; we can only read it |
 *   producer page   | producer position: 8 bytes, written by us with release                             |
 *   data            | size bytes, a power of two | the same bytes once more                              |
 *
 *   record          | length: 30 bits | DISCARD: bit 30 | BUSY: bit 31 | 4 bytes of zeros | length bytes | to 8 |
 * </pre>
 *
 * The layout is that of {@code internal.ring}, with the roles exchanged. A record that is written in one go is published
 * complete, by the producer position alone: the kernel never sees it busy, and one that cannot be written was never there. One
 * that is reserved is published busy, and holds all behind it until its header says otherwise; hence nothing stays reserved
 * when a writer closes, and what one that was killed has left reserved the next one discards.
 *
 * <p>What the kernel does not forgive: it drops nothing, so a record that it cannot take stays in front of all others for
 * good. Such are those of 16 MiB and more, the limit of a {@code struct bpf_dynptr}, and positions that are no multiples of
 * 8. And since there is one producer position, there is one writer, of many threads: that another one has moved it is
 * noticed, and told, before a record is written over.
 *
 * <p>The kernel calls a ring writable when a single byte is free, so that who needs more would spin with a level-triggered
 * epoll. It wakes once a drain that has taken something, unless the function says {@code BPF_RB_NO_WAKEUP}: one waits for the
 * edge, and looks now and then. Kernel source: {@code kernel/bpf/ringbuf.c}; kernel floor 6.1.
 *
 * <pre>
 *   UserRingProducer   the protocol, for one thread at a time, on any memory
 *   UserRingSession    one writer: its lock, who waits for room, what is reserved, close
 * </pre>
 */
package io.ebpf4j.internal.userring;
