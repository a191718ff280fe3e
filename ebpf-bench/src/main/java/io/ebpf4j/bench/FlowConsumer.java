package io.ebpf4j.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.ebpf4j.RingBufferReader;
import io.ebpf4j.RingPolicy;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The consumer's side of flow, whose words are in {@code c/consumer.h}. A thread of its own reads; this one tells the
 * producer where its window begins and ends, and sleeps.
 */
final class FlowConsumer {
    /** Longer than C's, for the compiler must have gone by. */
    private static final int WARM_UP = 10;
    private static final int WINDOW = 2;

    private final PrintStream out;
    private final long budgetMillis;
    private final RingPolicy policy;
    private final boolean told;

    private FlowConsumer(PrintStream out, long budget, RingPolicy policy, boolean told) {
        this.out = out;
        this.budgetMillis = budget / 1_000_000;
        this.policy = policy;
        this.told = told;
    }

    /**
     * Consumes.
     *
     * @param out where the protocol goes
     * @param budget nanoseconds
     * @param pins where the ring is
     * @param args the policy, {@code adaptive} if there is none; {@code stamped} for records with the time in them,
     * {@code idle} to count wake-ups
     */
    static void run(PrintStream out, long budget, Pins pins, String... args) {
        var policy = args.length > 0 ? RingPolicy.Woken.valueOf(args[0].toUpperCase(Locale.ROOT)) : RingPolicy.ADAPTIVE;
        String figures = args.length > 1 ? args[1] : "";
        try (var program = pins.flow(); var reader = program.ringBuffer("ring", MemorySegment.class)) {
            var consumer = new FlowConsumer(out, budget, policy, !figures.isEmpty());
            consumer.consume(reader, figures.equals("stamped") ? new Stamped() : new Sum());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void consume(RingBufferReader<MemorySegment> reader, Sum handler) throws InterruptedException {
        var task = new CompletableFuture<Path>();
        var thread = new Thread(() -> {
            task.complete(ThreadSwitches.current());
            reader.run(handler, policy, failure -> {
                throw new IllegalStateException("the handler failed", failure);
            });
        }, "consumer");
        thread.start();
        Path status = task.join();
        // For the first time out of the window: what they load and link is compiled on long after.
        ThreadSwitches.of(status);
        ProcessClock.nanos();
        say('R');
        Thread.sleep(WARM_UP * budgetMillis);
        if (handler instanceof Stamped stamped) {
            stamped.latencies = new Latencies();
        }
        say('S');
        long records = reader.statistics().records();
        long switches = ThreadSwitches.of(status);
        long cpu = ProcessClock.nanos();
        long begin = System.nanoTime();
        Thread.sleep(windowMillis());
        long wall = System.nanoTime() - begin;
        cpu = ProcessClock.nanos() - cpu;
        switches = ThreadSwitches.of(status) - switches;
        records = reader.statistics().records() - records;
        say('E');
        out.printf(Locale.ROOT, "%d %d %d%n", records, wall, cpu);
        reader.close();
        thread.join();
        if (records > 1 && handler.sum == 0) {
            throw new IllegalStateException(records + " records of nothing but zeros");
        }
        if (told) {
            tell("wake-ups/s", switches * 1e9 / wall);
        }
        if (handler instanceof Stamped stamped) {
            tell("latency p50, us", stamped.latencies.quantile(0.50) / 1e3);
            tell("latency p99, us", stamped.latencies.quantile(0.99) / 1e3);
            tell("latency max, us", stamped.latencies.most() / 1e3);
        }
        out.flush();
    }

    private long windowMillis() {
        String millis = System.getenv("PERF_WINDOW");
        return millis == null ? WINDOW * budgetMillis : Long.parseLong(millis);
    }

    private void say(char state) {
        out.print(state);
        out.flush();
    }

    private void tell(String unit, double value) {
        out.printf(Locale.ROOT, "%s\t%.1f%n", unit, value);
    }

    /** Written by the reading thread, read when that has ended. */
    private static class Sum implements Consumer<MemorySegment> {
        private long sum;

        @Override
        public void accept(MemorySegment segment) {
            sum += segment.get(JAVA_INT, Mark.VALUE);
        }
    }

    private static final class Stamped extends Sum {
        /** Replaced when the window begins: a branch taken from then on only would be compiled then. */
        private volatile Latencies latencies = new Latencies();

        @Override
        public void accept(MemorySegment segment) {
            super.accept(segment);
            // On Linux both are CLOCK_MONOTONIC: nanoTime() and bpf_ktime_get_ns().
            latencies.add(System.nanoTime() - segment.get(JAVA_LONG, Mark.AT));
        }
    }

    /** How often a thread has been taken off its CPU. */
    private static final class ThreadSwitches {
        private ThreadSwitches() {}

        static Path current() {
            try {
                return Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self"))).resolve("status");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static long of(Path status) {
            try (var lines = Files.lines(status)) {
                return lines.filter(line -> line.contains("_ctxt_switches:"))
                        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip())).sum();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
