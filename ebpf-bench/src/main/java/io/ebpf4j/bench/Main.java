package io.ebpf4j.bench;

import java.nio.file.Path;

/**
 * A harness: does the work that its first argument names and prints what it took.
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
        if (!run(args)) {
            System.err.println("unknown workload, or too few arguments: see README.md");
            System.exit(UNKNOWN_WORKLOAD); // what a harness tells with its exit status can be told in no other way
        }
    }

    private static boolean run(String[] args) {
        switch (args.length == 0 ? "" : args[0]) {
            case "noop" -> {
                return true;
            }
            case "btf" -> BtfWorkload.warm(sampler());
            case "btf-once" -> require(BtfWork.walk(KernelBtf.open()));
            case "elf" -> {
                if (args.length < 3) {
                    return false;
                }
                ObjectWorkload.warm(sampler(), args[1], Path.of(args[2]));
            }
            case "elf-once" -> {
                if (args.length < 2) {
                    return false;
                }
                require(ObjectWork.spec(ObjectWork.contents(Path.of(args[1]))));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void require(long found) {
        if (found == 0) {
            throw new IllegalStateException("found nothing");
        }
    }

    private static Sampler sampler() {
        var millis = System.getenv("PERF_MS");
        return new Sampler(System.out, (millis == null ? DEFAULT_MILLIS : Long.parseLong(millis)) * 1_000_000);
    }
}
