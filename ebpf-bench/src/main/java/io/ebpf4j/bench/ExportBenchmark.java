package io.ebpf4j.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.internal.decode.MapShapes;
import io.ebpf4j.internal.json.JsonEventExporter;
import io.ebpf4j.metrics.MicrometerExporter;
import io.ebpf4j.replay.MapDump;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What one record of a ring takes once it is read, with no kernel: the rings of {@code bpf/events.bpf.c}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = "-Dslf4j.provider=io.ebpf4j.bench.LogSink")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ExportBenchmark {
    private static final int PATTERNS = 64;
    private static final long CONNECTION = 16;
    private static final int OPENING = 72;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment connections = arena.allocate(PATTERNS * CONNECTION, 8);
    private final MemorySegment opening = arena.allocate(OPENING, 8);
    private final Captured counter = new Captured(MicrometerExporter.to(new SimpleMeterRegistry()));
    private final Captured json = new Captured(new JsonEventExporter(Clock.systemUTC()));
    private final BpfProgram program = BpfProgram.replay(Pins.object("events.bpf.o"), new MapDump(Map.of()))
            .export(counter).export(json);
    private final RecordSink counting = counter.sink();
    private final RecordSink logging = json.sink();
    private final Shape.Struct shape = (Shape.Struct) MapShapes.value(program.spec(),
            program.spec().map("openings").orElseThrow());
    private long next;

    /** Made by JMH: 64 connections, so as many label sets, and a file that was opened. */
    public ExportBenchmark() {
        for (int i = 0; i < PATTERNS; i++) {
            connections.set(JAVA_INT, i * CONNECTION, 0x0100007f);
            connections.set(JAVA_INT, i * CONNECTION + 4, 0x0200000a + (i << 24));
            connections.set(JAVA_INT, i * CONNECTION + 8, 443 + (2 << 16));
        }
        opening.set(JAVA_INT, 0, 4711);
        opening.set(JAVA_LONG, 8, 1_048_576);
        opening.set(JAVA_LONG, 16, 12_345_678);
        opening.setString(24, "nginx");
        opening.setString(40, "/var/log/nginx/access.log");
    }

    /** Ends the replay. */
    @TearDown
    public void close() {
        program.close();
        arena.close();
    }

    /** One record of a counter, with a label set that was seen before. */
    @Benchmark
    public void count() {
        counting.accept(connections, next);
        next = (next + CONNECTION) % (PATTERNS * CONNECTION);
    }

    /** {@return the characters of one record as a JSON event, logged} */
    @Benchmark
    public int json() {
        logging.accept(opening, 0);
        return LogSink.Line.length();
    }

    /**
     * The six fields of one record as objects, as an exporter sees them.
     *
     * @param objects takes them
     */
    @Benchmark
    public void decode(Blackhole objects) {
        for (Shape.Field field : shape.fields()) {
            if (field.shape() instanceof Shape.Scalar scalar) {
                objects.consume(scalar.decoder().decode(opening, field.offset()));
            }
        }
    }
}
