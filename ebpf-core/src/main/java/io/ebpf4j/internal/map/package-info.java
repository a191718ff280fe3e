/**
 * Views of maps, below their public faces: {@link io.ebpf4j.internal.map.Rows} is a table of objects, a
 * {@link io.ebpf4j.internal.map.Codec} knows the objects, {@link io.ebpf4j.internal.map.ScratchPool} the memory that goes to
 * the kernel and back.
 *
 * <p>Many rows come from a {@link io.ebpf4j.internal.kernel.Table} in blocks, side by side in memory, be it of a batch or what a
 * program has copied for a {@link io.ebpf4j.internal.map.Walker}. A {@link io.ebpf4j.internal.map.RowLoop} hands them on: each view
 * has one of its own, so that the JIT compiler can inline what the view's readers and its visitor do, and make no
 * object that the visitor does not keep.
 */
package io.ebpf4j.internal.map;
