package io.ebpf4j.bench;

import io.ebpf4j.KernelBtf;
import io.ebpf4j.btf.Btf;
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

/** The types of the running kernel, {@code /sys/kernel/btf/vmlinux}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class BtfBenchmark {
    private final KernelBtf kernel = KernelBtf.open();
    private final Btf btf = kernel.vmlinux();
    private final int present = BtfWork.present(btf);

    /** Made by JMH. */
    public BtfBenchmark() {}

    /** Gives the mapping back. */
    @TearDown
    public void close() {
        kernel.close();
    }

    /** {@return the check: opened, one struct found and its members walked, closed} */
    @Benchmark
    public long openFindWalk() {
        try (var opened = KernelBtf.open()) {
            return BtfWork.walk(opened.vmlinux());
        }
    }

    /** {@return the check: the same, the place of every type being known} */
    @Benchmark
    public long openIndexFindWalk() {
        try (var opened = KernelBtf.open()) {
            return BtfWork.indexAndWalk(opened.vmlinux());
        }
    }

    /** {@return the check: one struct found by its name and its members walked, in types long open} */
    @Benchmark
    public long findWalk() {
        return BtfWork.walk(btf);
    }

    /** {@return the check: a name that is not there} */
    @Benchmark
    public long findAbsent() {
        return BtfWork.absent(btf);
    }

    /** {@return the check: a record of every type} */
    @Benchmark
    public long allTypes() {
        return BtfWork.inflate(btf);
    }

    /** {@return the check: every type as text in C} */
    @Benchmark
    public long dump() {
        return BtfWork.dump(btf);
    }

    /** {@return the check: the fields of one struct at their true offsets} */
    @Benchmark
    public long layout() {
        return BtfWork.layout(btf, present);
    }
}
