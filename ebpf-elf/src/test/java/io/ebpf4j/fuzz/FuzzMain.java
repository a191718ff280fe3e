package io.ebpf4j.fuzz;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** What {@code ./fuzz} runs: attacks a parser for long, or shows what an input does. */
public final class FuzzMain {
    private static final long TELL_EVERY_NANOS = 10_000_000_000L;

    private FuzzMain() {}

    /** Takes the class of the target, its module's folder, and {@code runs N}, {@code seconds N} or {@code replay FILE}. */
    public static void main(String[] args) throws Exception {
        FuzzTarget target = JazzerEntry.named(args[0]);
        if (args[2].equals("replay")) {
            boolean accepted = target.check(Files.readAllBytes(Path.of(args[3])));
            System.out.println(target.name() + ": " + args[3] + " is " + (accepted ? "accepted" : "refused")
                    + ", as it should be");
            return;
        }
        long limit = Long.parseLong(args[3]);
        boolean runs = args[2].equals("runs");
        if (!fuzz(target, Path.of(args[1]).toAbsolutePath().normalize(),
                new Jazzer.Limits(runs ? limit : 0, runs ? 0 : (int) limit, System.nanoTime() & 0x7fff_ffff))) {
            Runtime.getRuntime().halt(1); // the rest is said
        }
    }

    private static boolean fuzz(FuzzTarget target, Path module, Jazzer.Limits limits) {
        var missing = Jazzer.missing();
        if (missing.isPresent()) {
            throw new UnsupportedOperationException(missing.get());
        }
        String name = target.name();
        System.out.println(name + ": seed " + limits.seed());
        Path folder = module.resolve("target/fuzz").resolve(name);
        Path findings = module.resolve("src/test/resources/fuzz").resolve(name);
        var told = new AtomicLong(System.nanoTime());
        var outcome = Jazzer.run(target, folder, findings, limits, progress -> {
            if (System.nanoTime() - told.get() > TELL_EVERY_NANOS) {
                told.set(System.nanoTime());
                tell(name, progress);
            }
        });
        tell(name, outcome.progress());
        if (outcome.status() == 0) {
            System.out.println(name + ": no finding");
            return true;
        }
        System.out.println(outcome.output());
        System.out.println(name + ": Jazzer ended with " + outcome.status());
        outcome.saved().ifPresent(file -> System.out.println(name + ": the input is saved as " + file
                + " and from now on part of ./test; to see what it does: ./fuzz " + name + " --replay " + file));
        return false;
    }

    private static void tell(String name, Jazzer.Progress progress) {
        System.out.printf("%s: %,d executions, %,d a second, coverage %,d, %,d inputs of interest%n", name,
                progress.executions(), progress.perSecond(), progress.coverage(), progress.corpus());
    }
}
