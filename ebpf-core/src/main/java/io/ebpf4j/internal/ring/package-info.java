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
 *   RingSession    one reader: drain, poll, flush, close; its Occupancy knows who is in there, and which Tenant reads
 *   RingLoop       reading on and on, several rings in turn; Naps foretells when a nap saves a wake-up
 *   RingWait       where the loop sleeps, or takes a Rest: in the kernel, or for a time
 *   RecordPull     records that are asked for: iterators and streams, on a loop that stops at each
 *   RingPublisher  records that are subscribed to, on a loop that runs while there is demand; RingSubscription has the rules
 *   GroupRun       several sessions in one loop
 *   LostSamples    what found no room, where the program counts it
 * </pre>
 *
 * <p>Who asks for single records takes them out of the ring one by one and so loses none, but publishes as the others do:
 * for many at once, before it sleeps, and when it ends. A position that is published and is not the end of what is written is that of
 * a reader which is busy, and need not be woken: so an interval leaves its last record unpublished, as does a subscriber
 * without demand.
 */
package io.ebpf4j.internal.ring;
