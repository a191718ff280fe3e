/**
 * The ring protocol of {@code BPF_MAP_TYPE_RINGBUF}, apart from where the memory comes from and from how one waits for
 * more.
 *
 * <pre>
 *   consumer page   | consumer position: 8 bytes, written by us with release |
 *   producer page   | producer position: 8 bytes, read with acquire          |
 *   data            | size bytes, a power of two | the same bytes once more  |
 *
 *   record          | length: 30 bits | DISCARD: bit 30 | BUSY: bit 31 | page offset: 4 bytes | length bytes | to 8 |
 * </pre>
 *
 * Positions only grow; a record lies at its position modulo the size. Since the data is mapped twice in a row, no record
 * is ever split. Kernel source: {@code kernel/bpf/ringbuf.c}; kernel floor 5.8.
 */
package io.ebpf4j.internal.ring;
