package io.ebpf4j.bench;

/** How many took how long, in steps of 1/16: as {@code c/latency.h}. For one thread. */
final class Latencies {
    private static final int STEPS = 16;
    private static final int STEP_BITS = 4;

    private final long[] counts = new long[Long.SIZE * STEPS];
    private long count;
    private long most;

    void add(long nanos) {
        counts[place(nanos)]++;
        count++;
        most = Math.max(most, nanos);
    }

    /** {@return what so large a part of all took at most, to 1/16; 0 of none} */
    long quantile(double part) {
        long seen = 0;
        for (int place = 0; place < counts.length; place++) {
            seen += counts[place];
            if (seen > 0 && seen >= part * count) {
                return least(place);
            }
        }
        return 0;
    }

    /** {@return the longest} */
    long most() {
        return most;
    }

    private static int place(long nanos) {
        if (nanos < STEPS) {
            return (int) Math.max(0, nanos);
        }
        int log = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        return (log - STEP_BITS + 1) * STEPS + (int) (nanos >>> (log - STEP_BITS)) % STEPS;
    }

    private static long least(int place) {
        return place < STEPS ? place : (long) (STEPS + place % STEPS) << (place / STEPS - 1);
    }
}
