/**
 * Programs and what they give.
 *
 * <pre>
 *   object file --read--&gt; ProgramSpec --load--&gt; BpfProgram --autoExport--&gt; meters and JSON events
 *                          LoadOptions ---'       |--variable(name, type)--&gt; BpfVariable
 *                                                  |--map(name)--&gt; BpfMap --as..--&gt; a view, one kind a kind of map
 *                                                  |--ringBuffer(name, type)--&gt; RingBufferReader
 *                                                  |--perfBuffer(name, type)----'
 *                                                  |--userRing(name, type)--&gt; UserRingWriter
 *                                                  |--hashMap(name, key, value)--&gt; HashMapView
 *                                                  '--dump--&gt; MapDump --replay--&gt; BpfProgram, with no kernel
 *   BPF file system --open--&gt; PinnedMap --map--&gt; BpfMap, and ringBuffer, userRing as above
 * </pre>
 *
 * <p>A {@link io.ebpf4j.ProgramSpec} is what the file says, a {@link io.ebpf4j.BpfProgram} is what runs. The program owns
 * all that is made from it, and closes it. Every failure is a {@link io.ebpf4j.BpfException}; every call after close, an
 * {@link java.lang.IllegalStateException}.
 */
package io.ebpf4j;
