/** The running kernel, through libbpf. The only package of core that calls native code. */
package io.ebpf4j.internal.kernel.live;
