/**
 * The native side: libbpf and the few functions of the C library that reading rings needs.
 *
 * <p>
 * The tour, in the order of a call:
 * <ol>
 * <li>{@link io.ebpf4j.libbpf.NativeLibrary#require()} checks the platform, the permission to call native code and the
 * library, and throws {@link io.ebpf4j.libbpf.NativeUnavailableException} if one of them lacks, as often as it is
 * called;
 * <li>{@link io.ebpf4j.libbpf.gen.Libbpf} and {@link io.ebpf4j.libbpf.gen.Libc} hold the functions and constants,
 * written by jextract; {@link io.ebpf4j.libbpf.NativeSymbols} links each of them on its first call;
 * <li>after a call that failed, {@link io.ebpf4j.libbpf.NativeLibrary#errno()} tells why and
 * {@link io.ebpf4j.libbpf.Errno} names it;
 * <li>{@link io.ebpf4j.libbpf.LibbpfLog} collects what libbpf printed meanwhile on the calling thread.
 * </ol>
 * Beside them {@link io.ebpf4j.libbpf.Descriptors} and {@link io.ebpf4j.libbpf.PerfEvent} open what a function is attached
 * to.
 *
 * <p>
 * Reading a constant or laying out a struct needs no library, no permission and no Linux. Everything here may be used
 * from any thread. Memory behind a pointer that a function returns is not bounded by Java: its size is the callee's
 * contract.
 */
package io.ebpf4j.libbpf;
