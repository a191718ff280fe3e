package io.ebpf4j.bench;

import io.ebpf4j.KernelBtf;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A harness: does the work that its first argument names and prints what it took, as the C baseline does.
 *
 * <p>Whatever a process does just once is free of lambdas, formats and concatenated strings here, for their first use
 * costs more than what is to be measured.
 */
public final class Main {
    private static final int UNKNOWN_WORKLOAD = 2;
    private static final long DEFAULT_MILLIS = 200;

    private Main() {}

    /**
     * Runs one workload.
     *
     * @param args the workload and its arguments, as README.md lists them
     */
    public static void main(String[] args) {
        var millis = System.getenv("PERF_MS");
        long budget = (millis == null ? DEFAULT_MILLIS : Long.parseLong(millis)) * 1_000_000;
        if (!run(args, budget, System.out)) {
            System.err.println("unknown workload, or too few arguments: see README.md");
            System.exit(UNKNOWN_WORKLOAD); // what a harness tells with its exit status can be told in no other way
        }
    }

    /**
     * Runs one workload.
     *
     * @param args the workload and its arguments
     * @param budget the nanoseconds each figure is measured for
     * @param out where the figures go
     * @return whether it is one that is known
     */
    static boolean run(String[] args, long budget, PrintStream out) {
        return switch (args.length == 0 ? "" : args[0]) {
            case "noop" -> true;
            case "btf" -> {
                BtfWorkload.warm(Sampler.of(out, budget));
                yield true;
            }
            case "btf-once" -> found(BtfWork.walk(KernelBtf.open().vmlinux()));
            case "heap" -> {
                HeapWorkload.run(out);
                yield true;
            }
            case "elf" -> {
                if (args.length < 3) {
                    yield false;
                }
                ObjectWorkload.warm(Sampler.of(out, budget), args[1], Path.of(args[2]));
                yield true;
            }
            case "elf-once" -> args.length > 1 && found(ObjectWork.spec(ObjectWork.contents(Path.of(args[1]))));
            case "drain" -> {
                DrainWorkload.run(Sampler.ofLoops(out, budget), Pins.find());
                yield true;
            }
            case "consumer" -> {
                FlowConsumer.run(out, budget, Pins.find(), Arrays.copyOfRange(args, 1, args.length));
                yield true;
            }
            case "iterate" -> {
                TableWorkload.iterate(Sampler.ofLoops(out, budget), Pins.find());
                yield true;
            }
            case "single" -> {
                TableWorkload.single(Sampler.ofLoops(out, budget), Pins.find());
                yield true;
            }
            case "exec-once" -> {
                if (args.length < 2) {
                    yield false;
                }
                ExecOnce.run(Path.of(args[1]), out);
                yield true;
            }
            default -> false;
        };
    }

    private static boolean found(long something) {
        if (something == 0) {
            throw new IllegalStateException("found nothing");
        }
        return true;
    }
}
