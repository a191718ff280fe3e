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
 * is ever split. The producer position is read once a portion, the header of each record with acquire; what is reserved and
 * not submitted yet holds all behind it. Kernel source: {@code kernel/bpf/ringbuf.c}; kernel floor 5.8.
 *
 * <p>The kernel wakes whoever waits when it submits the record that stands where the consumer position is: a reader that has
 * caught up and said so pays nothing for that, the traced code several microseconds. Hence what is taken is published for
 * many records at once, and before a sleep: write the position, then (a full fence between) look once more.
 *
 * <pre>
 *   RingConsumer   the protocol; RingProtocol is its code, of which each reader has a copy
 *   RingSession    one reader: who is in there, drain, poll, flush, close
 *   RingLoop       reading on and on, several rings in turn; Naps foretells when a nap saves a wake-up
 *   LostSamples    what found no room, where the program counts it
 * </pre>
 */
package io.ebpf4j.internal.ring;
