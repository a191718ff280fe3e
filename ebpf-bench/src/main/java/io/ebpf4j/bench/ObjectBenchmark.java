package io.ebpf4j.bench;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A BPF object, from its bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 8, time = 1)
@Measurement(iterations = 5, time = 1)
public class ObjectBenchmark {
    /** The files that run.sh makes; others with {@code -p object=FILE}. */
    @Param({"target/objects/small.bpf.o", "target/objects/large.bpf.o"})
    public String object = "";

    private byte[] bytes = {};

    /** Made by JMH. */
    public ObjectBenchmark() {}

    /** Reads the file. */
    @Setup
    public void read() {
        bytes = ObjectWork.contents(Path.of(object));
    }

    /** {@return the number of programs: all that the object declares} */
    @Benchmark
    public long programSpec() {
        return ObjectWork.spec(bytes);
    }

    /** {@return the number of sections: the ELF alone} */
    @Benchmark
    public long elf() {
        return ObjectWork.elf(bytes);
    }
}
