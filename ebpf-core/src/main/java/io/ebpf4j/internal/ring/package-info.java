/**
 * The protocols of {@code BPF_MAP_TYPE_RINGBUF} and of perf buffers, apart from where the memory comes from and from how one
 * waits for more.
 *
 * <h2>Ring buffers</h2>
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
 * <h2>Perf buffers</h2>
 * What {@code bpf_perf_event_output} writes to, by way of a {@code BPF_MAP_TYPE_PERF_EVENT_ARRAY} with a descriptor a CPU. Here
 * the buffers of all CPUs lie in a row, so that they are one memory, and one consumer whose position is the sum of theirs.
 *
 * <pre>
 *   of one CPU      | header: a page           | records: size bytes, a power of two | spare: 64 KiB of ours |
 *   header          | ... | data_head, 8 bytes at 1024, read with acquire | data_tail at 1032, written with release |
 *
 *   record          | type: 4 bytes | flags: 2 | size: 2, all of it, a multiple of 8 | ...
 *   SAMPLE (9)      | ... | length: 4 bytes | what a program wrote, up to 7 bytes of what was there before |
 *   LOST (2)        | ... | id: 8 bytes | how many found no room: 8 bytes |
 * </pre>
 *
 * The kernel does not map these records twice, and does not let us (a buffer's mapping cannot be split, since Linux 6.17): of
 * a record that goes on at the beginning, that part is copied behind the end. Positions only grow and are multiples of 8, so a
 * header is never split; what a program wrote begins 4 bytes off. All up to data_head is written: nothing is ever busy.
 * What does not fit the kernel counts, and writes a LOST before the next sample that does. It wakes on every sample, or at a
 * watermark, wherever our position is. Its poll says only once that somebody was to be woken, not whether there is more, so one
 * looks before one waits. Kernel source: {@code kernel/events/ring_buffer.c}, {@code kernel/trace/bpf_trace.c}; kernel floor 4.4.
 *
 * <h2>Readers</h2>
 * <pre>
 *   RecordMemory   what is read: RingMemory or PerfMemory
 *   RingConsumer   a protocol; RingProtocol and PerfProtocol are its code, of which each reader has a copy
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
