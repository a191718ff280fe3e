package io.ebpf4j.bench;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.LoadOptions;
import io.ebpf4j.MapSpec;
import io.ebpf4j.ProgramSpec;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** A whole process: opens, loads, attaches, takes one event, closes. */
final class ExecOnce implements Consumer<MemorySegment> {
    private static final int NANOS_A_TENTH = 100;

    private boolean came;

    private ExecOnce() {}

    /**
     * Runs once; writes {@code R} when attached, and at the end the microseconds of the four phases.
     *
     * @param file with one function and one ring
     */
    static void run(Path file, PrintStream out) {
        long begin = System.nanoTime();
        var spec = ProgramSpec.read(file);
        long opened = System.nanoTime();
        var program = BpfProgram.load(spec, LoadOptions.defaults().attachNothing());
        long loaded = System.nanoTime();
        program.function(spec.functions().getFirst().name()).attach();
        var reader = program.ringBuffer(ring(spec).name(), MemorySegment.class);
        long attached = System.nanoTime();
        out.print('R');
        out.flush();
        var handler = new ExecOnce();
        while (!handler.came) {
            reader.poll(handler, Duration.ofSeconds(1));
        }
        long ended = System.nanoTime();
        program.close();
        print(out, opened - begin, ' ');
        print(out, loaded - opened, ' ');
        print(out, attached - loaded, ' ');
        print(out, System.nanoTime() - ended, '\n');
        out.flush();
    }

    private static MapSpec ring(ProgramSpec spec) {
        for (MapSpec map : spec.maps()) {
            if (map.type().isRing()) {
                return map;
            }
        }
        throw new IllegalArgumentException(spec + " has no ring");
    }

    private static void print(PrintStream out, long nanos, char after) {
        long tenths = nanos / NANOS_A_TENTH;
        out.print(tenths / 10);
        out.print('.');
        out.print(tenths % 10);
        out.print(after);
    }

    @Override
    public void accept(MemorySegment event) {
        came = true;
    }
}
