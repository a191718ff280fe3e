package io.ebpf4j.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Repeats some work until its time is used up and prints what it took, in microseconds.
 *
 * <p>Twenty times as much goes before, unmeasured: a figure is that of compiled code. That is CPU time, the compiler's
 * included, for on a busy machine the compiler waits as the work does.
 */
final class Sampler {
    /** As in the C baseline: enough for 200 ms of one microsecond each. */
    private static final int MOST = 1 << 18;
    private static final int LEAST = 3;
    private static final int WARM_UP = 20;
    private static final double NANOS_A_MICRO = 1e3;

    private final PrintStream out;
    private final long budget;
    private final double[] wall = new double[MOST];
    private final double[] cpu = new double[MOST];

    /**
     * @param out where the lines go
     * @param budget the nanoseconds each work is measured for
     */
    Sampler(PrintStream out, long budget) {
        this.out = out;
        this.budget = budget;
    }

    /**
     * Measures some work.
     *
     * @param what what it is
     * @param before what to do before each time, unmeasured
     * @param work what to do; it returns the check, each time the same
     */
    void measure(Case what, Runnable before, LongSupplier work) {
        long check = warmUp(before, work);
        int count = 0;
        for (long spent = 0; count < MOST && (count < LEAST || spent < budget); count++) {
            before.run();
            long cpuBegin = ProcessClock.nanos();
            long begin = System.nanoTime();
            long result = work.getAsLong();
            long took = System.nanoTime() - begin;
            cpu[count] = (ProcessClock.nanos() - cpuBegin) / NANOS_A_MICRO;
            wall[count] = took / NANOS_A_MICRO;
            spent += took;
            if (result != check) {
                throw new IllegalStateException(what + " came to " + check + ", then to " + result);
            }
        }
        double median = median(wall, count);
        print(new Figure(what, "us", median, median(cpu, count), wall[0], count, check));
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
        } while (ProcessClock.nanos() - begin < WARM_UP * budget);
        return check;
    }

    /** Sorts as many of the values as there are. */
    private static double median(double[] values, int count) {
        Arrays.sort(values, 0, count);
        int middle = count / 2;
        return count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
