/**
 * Recorded maps. A {@link io.ebpf4j.replay.MapDump} holds the bytes of a program's maps at one time; a program made from
 * it ({@link io.ebpf4j.BpfProgram#replay}) serves the same readers, views and exporters as one in the kernel, so that
 * everything above the kernel is tested without one.
 */
package io.ebpf4j.replay;
