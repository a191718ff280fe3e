/** Recorded maps in the place of a kernel. */
package io.ebpf4j.internal.kernel.replay;
