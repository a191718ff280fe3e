/**
 * Benchmarks of the readers, not part of any release.
 *
 * <p>{@link io.ebpf4j.bench.Main} is a harness for whole processes and for comparing with other languages: it prints one
 * line a figure, in the same words as the C baseline. The classes named {@code ...Benchmark} are JMH's. What both of them
 * measure is in {@link io.ebpf4j.bench.BtfWork} and {@link io.ebpf4j.bench.ObjectWork}.
 */
@NullMarked
package io.ebpf4j.bench;

import org.jspecify.annotations.NullMarked;
