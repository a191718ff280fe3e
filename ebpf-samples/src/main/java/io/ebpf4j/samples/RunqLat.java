package io.ebpf4j.samples;

import io.ebpf4j.BpfProgram;
import java.io.PrintStream;
import java.time.Duration;

/**
 * Prints every second how long tasks had to wait for a CPU, by reading the probe's hashes as Java maps.
 *
 * <p>Argument: after how many seconds to end; without it, Ctrl-C does. The kernel then detaches what nobody holds.
 */
public final class RunqLat {
    private RunqLat() {}

    /**
     * {@code struct cpu_key} of the probe.
     *
     * @param cpu its number
     */
    public record Cpu(int cpu) {}

    /**
     * {@code struct cause_key} of the probe.
     *
     * @param cause what put a task in the queue
     */
    public record Queue(Cause cause) {}

    /** {@code enum cause} of the probe. */
    public enum Cause {
        /** It slept. */
        WOKEN,
        /** It is new. */
        CREATED,
        /** It ran, and had to let another one run. */
        PREEMPTED
    }

    /**
     * Runs it.
     *
     * @param arguments none, or seconds
     * @throws InterruptedException when interrupted
     */
    public static void main(String[] arguments) throws InterruptedException {
        try (var program = BpfProgram.load(Probe.RUNQLAT.spec())) {
            for (long second = HowLong.of(arguments).toSeconds(); second > 0; second--) {
                Thread.sleep(Duration.ofSeconds(1));
                print(program, System.out);
            }
        }
    }

    static void print(BpfProgram program, PrintStream out) {
        program.hashMap("runqlat_max", Cpu.class, Duration.class)
                .forEach((cpu, longest) -> out.println("cpu " + cpu.cpu() + ": " + longest.toNanos() / 1000 + " us"));
        program.hashMap("runqlat_waiting", Queue.class, Long.class)
                .forEach((queue, tasks) -> out.println(queue.cause() + ": " + tasks + " waiting"));
    }
}
