/**
 * Views of maps, below their public faces: {@link io.ebpf4j.internal.map.Rows} is a table of objects, a
 * {@link io.ebpf4j.internal.map.Codec} knows the objects, {@link io.ebpf4j.internal.map.ScratchPool} the memory that goes to
 * the kernel and back.
 */
package io.ebpf4j.internal.map;
