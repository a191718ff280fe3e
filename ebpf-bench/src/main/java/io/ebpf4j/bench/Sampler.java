package io.ebpf4j.bench;

import com.sun.management.ThreadMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Repeats some work until its time is used up and prints what it took.
 *
 * <p>Some times as much goes before, unmeasured: a figure is that of compiled code. That is CPU time, the compiler's
 * included, for on a busy machine the compiler waits as the work does.
 */
final class Sampler {
    /** As in the C baseline: enough for 200 ms of one microsecond each. */
    private static final int MOST = 1 << 18;
    private static final int LEAST = 3;
    private static final int WARM_UP = 20;
    private static final int SHORT_WARM_UP = 5;

    private final PrintStream out;
    private final long budget;
    private final int warmUp;
    private final double[] wall = new double[MOST];
    private final double[] cpu = new double[MOST];
    private final double[] bytes = new double[MOST];

    private Sampler(PrintStream out, long budget, int warmUp) {
        this.out = out;
        this.budget = budget;
        this.warmUp = warmUp;
    }

    /**
     * {@return one for work that goes through much code}
     *
     * @param out where the lines go
     * @param budget the nanoseconds each work is measured for
     */
    static Sampler of(PrintStream out, long budget) {
        return new Sampler(out, budget, WARM_UP);
    }

    /**
     * {@return one for work that is the same few lines many thousand times a sample}
     *
     * @param out where the lines go
     * @param budget the nanoseconds each work is measured for
     */
    static Sampler ofLoops(PrintStream out, long budget) {
        return new Sampler(out, budget, SHORT_WARM_UP);
    }

    /**
     * Measures some work.
     *
     * @param what what it is
     * @param unit in what
     * @param before what to do before each time, unmeasured
     * @param work what to do; it returns the check, each time the same
     */
    void measure(Case what, Unit unit, Runnable before, LongSupplier work) {
        long check = warmUp(before, work);
        int count = 0;
        for (long spent = 0; count < MOST && (count < LEAST || spent < budget); count++) {
            before.run();
            long bytesBegin = unit.bytes().isPresent() ? Allocation.bytes() : 0;
            long cpuBegin = ProcessClock.nanos();
            long begin = System.nanoTime();
            long result = work.getAsLong();
            long took = System.nanoTime() - begin;
            cpu[count] = (ProcessClock.nanos() - cpuBegin) / unit.nanos();
            wall[count] = took / unit.nanos();
            if (unit.bytes().isPresent()) {
                bytes[count] = (Allocation.bytes() - bytesBegin) / unit.nanos();
            }
            spent += took;
            if (result != check) {
                throw new IllegalStateException(what + " came to " + check + ", then to " + result);
            }
        }
        double median = median(wall, count);
        print(new Figure(what, unit.name(), median, median(cpu, count), wall[0], count, check));
        if (unit.bytes().isPresent()) {
            double allocated = median(bytes, count);
            print(new Figure(what, unit.bytes().get(), allocated, 0, bytes[0], count, 0));
        }
    }

    /** Prints a figure that is found in another way. */
    void print(Figure figure) {
        out.println(figure.line());
    }

    private long warmUp(Runnable before, LongSupplier work) {
        long begin = ProcessClock.nanos();
        long check;
        do {
            before.run();
            check = work.getAsLong();
        } while (ProcessClock.nanos() - begin < warmUp * budget);
        return check;
    }

    /** Sorts as many of the values as there are. */
    private static double median(double[] values, int count) {
        Arrays.sort(values, 0, count);
        int middle = count / 2;
        return count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /** What this thread has allocated. A class of its own, for who does not ask need not load the JVM's management. */
    private static final class Allocation {
        private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        private Allocation() {}

        static long bytes() {
            return THREADS.getCurrentThreadAllocatedBytes();
        }
    }
}
