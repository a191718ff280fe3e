package io.ebpf4j;

import io.ebpf4j.testing.Fixtures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Three threads at one ring: one has the kernel write into it, one reads, one asks for numbers, flushes and at last closes. A
 * main class, for JVMs with options of their own. Prints what was read in how many rounds, or fails.
 */
final class RingThreads {
    private static final int RUN = 1000;

    record Numbered(long number, List<Long> halves) {}

    private RingThreads() {}

    /** One way to read until somebody closes. */
    private interface Style {
        void read(RingBufferReader<?> reader, Totals totals);
    }

    /** What the reading thread has seen. */
    private static final class Totals {
        private long records;
        private long last = -1;

        void number(long number) {
            if (number <= last) {
                throw new AssertionError(number + " after " + last);
            }
            last = number;
            records++;
        }

        void record(Numbered one) {
            if ((one.halves().get(1) << 32) + one.halves().get(0) != one.number()) {
                throw new AssertionError(one.number() + " is not what its halves say");
            }
            number(one.number());
        }
    }

    private static void poll(RingBufferReader<?> reader, Totals totals) {
        Consumer<Numbered> handler = totals::record;
        var records = reader.as(Numbered.class);
        while (records.poll(handler, Duration.ofSeconds(1)).reason() != Drained.Reason.CLOSED) {
            // goes on
        }
    }

    private static void run(RingBufferReader<?> reader, RingPolicy policy, Totals totals) {
        LongField number = reader.longField("number");
        reader.as(RecordCursor.class).run(cursor -> totals.number(cursor.get(number)), policy, failure -> {
            throw new AssertionError(failure);
        });
    }

    /** Arguments: rounds, and how often the kernel writes a thousand in each. */
    public static void main(String... arguments) throws InterruptedException {
        List<Style> styles = List.of(RingThreads::poll,
                (reader, totals) -> run(reader, RingPolicy.LATENCY, totals),
                (reader, totals) -> run(reader, RingPolicy.ADAPTIVE, totals),
                (reader, totals) -> run(reader, RingPolicy.THROUGHPUT, totals));
        int rounds = Integer.parseInt(arguments[0]);
        int runs = Integer.parseInt(arguments[1]);
        long read = 0;
        for (int round = 0; round < rounds; round++) {
            read += round(styles.get(round % styles.size()), runs, round % 2 == 0);
        }
        System.out.println("rounds " + rounds + " read " + read);
    }

    /** {@return how many were read} */
    @SuppressWarnings("try") // closed early
    private static long round(Style style, int runs, boolean toTheEnd) throws InterruptedException {
        var failures = new AtomicReference<Throwable>();
        var totals = new Totals();
        try (var program = BpfProgram.load(Fixtures.path("live", "ring_fill"));
                var reader = program.ringBuffer("numbers", Numbered.class)) {
            List<Thread> threads = new ArrayList<>();
            Thread writer = start(threads, failures, () -> write(program, runs));
            start(threads, failures, () -> {
                try {
                    style.read(reader, totals);
                } catch (IllegalStateException e) {
                    if (!e.getMessage().contains("closed")) {
                        throw e;
                    }
                }
            });
            start(threads, failures, () -> {
                watch(reader, writer, toTheEnd ? runs * (long) RUN : 0);
                reader.close();
            });
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(50));
                if (thread.isAlive()) {
                    throw new AssertionError(thread + " does not end: " + List.of(thread.getStackTrace()));
                }
            }
            if (failures.get() != null) {
                throw new AssertionError("a thread failed", failures.get());
            }
            RingStatistics statistics = reader.statistics();
            if (statistics.records() != totals.records || statistics.failed() + statistics.tooShort() != 0) {
                throw new AssertionError(totals.records + " were read, and " + statistics);
            }
            return totals.records;
        }
    }

    private static void write(BpfProgram program, int runs) {
        byte[] context = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(RUN).array();
        var fill = program.function("fill");
        for (int i = 0; i < runs; i++) {
            fill.testRun(TestRun.defaults().withContext(context));
        }
    }

    /** Until all that was written is read or counted as lost; or only some. */
    private static void watch(RingBufferReader<?> reader, Thread writer, long wanted) {
        long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        long last = 0;
        while (true) {
            boolean written = !writer.isAlive();
            RingStatistics now = reader.statistics();
            if (now.records() < last) {
                throw new AssertionError(now.records() + " records after " + last);
            }
            last = now.records();
            if (wanted == 0 ? last > 0 : written && last + now.lost().orElseThrow() == wanted) {
                return;
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("of " + wanted + " records: " + now);
            }
            reader.flush();
            Thread.onSpinWait();
        }
    }

    private static Thread start(List<Thread> threads, AtomicReference<Throwable> failures, Runnable task) {
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                task.run();
            } catch (Throwable t) {
                failures.compareAndSet(null, t);
            }
        });
        threads.add(thread);
        return thread;
    }
}
