/**
 * What a function can be hooked to by a call, {@link io.ebpf4j.BpfFunction#attach(AttachTarget)}; by its section it hooks
 * itself. One record a kind, in the words of libbpf.
 *
 * <pre>
 *   kernel code     {@link Kprobe} {@link KprobeMulti} {@link Ksyscall} {@link Tracepoint} {@link RawTracepoint} {@link Trace}
 *   user code       {@link Uprobe} {@link UprobeMulti} {@link Usdt}
 *   counters        {@link PerfEvent}
 *   packets         {@link Xdp} {@link Tcx} {@link TrafficControl} {@link Netkit} {@link Netfilter}
 *   sockets         {@link Cgroup} {@link NetNamespace} {@link Socket} {@link SocketMap}
 *   other programs  {@link Replacement}
 * </pre>
 *
 * <p>A <em>cookie</em> is a number that the function gets from {@code bpf_get_attach_cookie()}, so that one function can tell its
 * attachments apart; 0 is none.
 */
package io.ebpf4j.attach;
