package io.ebpf4j.export;

import io.ebpf4j.MapSpec;
import io.ebpf4j.RingStatistics;
import io.ebpf4j.decode.Shape;
import java.util.function.Supplier;

/**
 * A ring buffer or perf buffer to be exported.
 *
 * @param program the program's name
 * @param map the ring
 * @param record the type of its records
 * @param statistics what has been read and lost so far; callable from any thread, also after close
 */
public record RingSource(String program, MapSpec map, Shape record, Supplier<RingStatistics> statistics) {}
