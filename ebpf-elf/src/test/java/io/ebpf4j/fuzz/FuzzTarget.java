package io.ebpf4j.fuzz;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * A parser under attack: all that can be asked of it about some bytes.
 *
 * <p>The property, whatever the bytes: each question is answered by a value or by one of the parser's own exceptions, and
 * costs time and memory in proportion to the size of the input. Subclasses are stateless, for several threads, and have a
 * public constructor without parameters.
 */
public abstract class FuzzTarget {
    /** Generous, for machines that do other things as well; what hangs or grows with the square takes much longer. */
    static final Duration LONGEST = Duration.ofSeconds(2);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    /** Enough to see what it is, of an input that nobody would read whole. */
    private static final int SHOWN = 8192;
    private static final int PARTS = 5;

    /** {@return what the folder of saved inputs and the command line call it} */
    public abstract String name();

    /** {@return small whole inputs that a fuzzer can begin with} */
    public abstract List<byte[]> seeds();

    /** {@return the size in bytes beyond which an input only costs time} */
    public abstract int longest();

    /** {@return the parser's own exceptions} */
    protected abstract List<Class<? extends RuntimeException>> refusals();

    /**
     * Reads the bytes and asks everything about them.
     *
     * @return whether they were accepted as a whole
     */
    protected abstract boolean walk(byte[] input, Questions questions);

    /**
     * {@return whether the bytes were accepted as a whole}
     *
     * @throws RuntimeException or an {@link Error} of any kind, when the property does not hold
     */
    public final boolean check(byte[] input) {
        return check(input, 1, 0);
    }

    /**
     * {@return whether the bytes were accepted as a whole}
     *
     * @param origin where they come from
     * @throws AssertionError that tells the origin and the bytes, when the property does not hold
     */
    public final boolean check(byte[] input, String origin) {
        return named(input, origin, 1, 0);
    }

    /**
     * Asks each question that takes long about one input of several only; for inputs that are many and much alike.
     *
     * @param turn the number of the input
     */
    final boolean checkOneOfMany(byte[] input, String origin, int turn) {
        return named(input, origin + ", round " + turn, PARTS, turn);
    }

    private boolean named(byte[] input, String origin, int stride, int turn) {
        try {
            return check(input, stride, turn);
        } catch (RuntimeException | Error e) {
            String bytes = HexFormat.of().formatHex(input, 0, Math.min(input.length, SHOWN));
            throw new AssertionError(origin + ", " + input.length + " bytes: " + e + "\n" + bytes, e);
        }
    }

    private boolean check(byte[] input, int stride, int turn) {
        long start = System.nanoTime();
        boolean accepted = walk(input, new Questions(input.length, refusals(), stride, turn));
        if (System.nanoTime() - start > LONGEST.toNanos()) {
            checkTime(input);
        }
        return accepted;
    }

    /** Others may have taken the processor the first time, so this time it is the thread's own time that counts. */
    private void checkTime(byte[] input) {
        long start = THREADS.getCurrentThreadCpuTime();
        walk(input, new Questions(input.length, refusals()));
        long taken = THREADS.getCurrentThreadCpuTime() - start;
        if (taken > LONGEST.toNanos()) {
            throw new AssertionError("an input of " + input.length + " bytes took " + taken / 1_000_000 + " ms");
        }
    }
}
