package io.ebpf4j.bench;

import io.ebpf4j.BpfFunction;
import io.ebpf4j.TestRun;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes records into a ring, by a function of {@code bpf/ring.bpf.c}. */
final class Fill {
    private static final int HEADER = 8;
    private static final int NO_WAKEUP = 1;

    private final BpfFunction function;
    private final int count;
    private final TestRun run;

    /**
     * @param function one of those that fill
     * @param ringSize in bytes
     * @param largest the longest record, which says how many are sure to fit
     */
    Fill(BpfFunction function, long ringSize, int largest) {
        this.function = function;
        this.count = Math.toIntExact(ringSize / (HEADER + largest) - 1);
        this.run = TestRun.defaults().withContext(ByteBuffer.allocate(16).order(ByteOrder.nativeOrder())
                .putInt(count).putInt(NO_WAKEUP).putLong(0).array());
    }

    /** {@return how many records it writes} */
    int count() {
        return count;
    }

    /** Fills a ring that is empty. */
    void run() {
        int dropped = function.testRun(run).returnValue();
        if (dropped != 0) {
            throw new IllegalStateException(function + ": " + dropped + " of " + count + " records found no room");
        }
    }
}
