package io.ebpf4j.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs Jazzer, which guides its changes to the input by what code they reach, in a JVM of its own: it changes classes
 * when they are loaded, and ends the process when it is done.
 */
public final class Jazzer {
    private static final Pattern PROGRESS = Pattern
            .compile("#(\\d+)\\s+\\w+ +cov: (\\d+) .*corp: (\\d+)/.*exec/s: (\\d+).*");
    private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in (\\d+) second.*");
    private static final Pattern SAVED = Pattern.compile(".*Test unit written to (.*)");
    private static final int LINES_KEPT = 200;

    private Jazzer() {}

    /** When to stop: after so many executions or so many seconds, what comes first; 0 is never. */
    public record Limits(long executions, int seconds, long seed) {}

    /** Where it is, or was at the end. */
    public record Progress(long executions, int coverage, int corpus, long perSecond) {}

    /** What came of it; without a saved input, nothing was found. */
    public record Outcome(Progress progress, Optional<Path> saved, int status, String output) {}

    /** {@return why it cannot run on this machine, if so} */
    public static Optional<String> missing() {
        String platform = os() + "_" + System.getProperty("os.arch").replace("amd64", "x86_64");
        String library = "com/code_intelligence/jazzer/driver/jazzer_driver_" + platform;
        if (Jazzer.class.getClassLoader().getResource(library) == null) {
            return Optional.of("Jazzer has no native part for " + platform);
        }
        try (Stream<Path> libraries = Files.list(Path.of("/lib"))) {
            return libraries.anyMatch(file -> file.getFileName().toString().startsWith("ld-musl"))
                    ? Optional.of("Jazzer needs glibc, this system has musl")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // no /lib: no Linux
        }
    }

    /**
     * Attacks a parser.
     *
     * @param target what to attack
     * @param folder for its inputs of interest, with which a later run goes on
     * @param findings where an input that breaks the property is saved
     * @param limits when to stop
     * @param listener is told from time to time
     */
    public static Outcome run(FuzzTarget target, Path folder, Path findings, Limits limits,
            Consumer<Progress> listener) {
        Process process = null;
        try {
            Path corpus = Files.createDirectories(folder.resolve("corpus"));
            Path seeds = Files.createDirectories(folder.resolve("seeds"));
            List<byte[]> contents = target.seeds();
            for (int i = 0; i < contents.size(); i++) {
                Files.write(seeds.resolve("seed-" + i), contents.get(i));
            }
            Files.createDirectories(findings);
            process = new ProcessBuilder(command(target, corpus, seeds, findings, limits)).directory(folder.toFile())
                    .redirectErrorStream(true).start();
            process.getOutputStream().close();
            return watch(process, listener);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("Jazzer could not be run", e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    private static List<String> command(FuzzTarget target, Path corpus, Path seeds, Path findings, Limits limits) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "-Xmx512m", "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading", "-XX:-OmitStackTraceInFastThrow", "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        Optional.ofNullable(System.getProperty("ebpf4j.root")).ifPresent(root -> command.add("-Debpf4j.root=" + root));
        command.addAll(List.of("com.code_intelligence.jazzer.Jazzer", "--target_class=" + JazzerEntry.class.getName(),
                "--target_args=" + target.getClass().getName(), "--instrumentation_includes=io.ebpf4j.**",
                "--custom_hook_includes=io.ebpf4j.**", "--reproducer_path=" + corpus.getParent(),
                "-print_final_stats=1",
                "-max_len=" + target.longest(), "-timeout=" + 5 * FuzzTarget.LONGEST.toSeconds(), "-rss_limit_mb=2048",
                "-seed=" + limits.seed(), "-artifact_prefix=" + findings.toAbsolutePath() + "/"));
        if (limits.executions() > 0) {
            command.add("-runs=" + limits.executions());
        }
        if (limits.seconds() > 0) {
            command.add("-max_total_time=" + limits.seconds());
        }
        command.addAll(List.of(corpus.toAbsolutePath().toString(), seeds.toAbsolutePath().toString()));
        return command;
    }

    private static Outcome watch(Process process, Consumer<Progress> listener)
            throws IOException, InterruptedException {
        var report = new Report(listener);
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(report::add);
        }
        return new Outcome(report.progress, report.saved, process.waitFor(), String.join("\n", report.kept));
    }

    /** What it prints, line by line. */
    private static final class Report {
        private final Consumer<Progress> listener;
        private final Deque<String> kept = new ArrayDeque<>();
        private Progress progress = new Progress(0, 0, 0, 0);
        private Optional<Path> saved = Optional.empty();

        Report(Consumer<Progress> listener) {
            this.listener = listener;
        }

        void add(String line) {
            Matcher at = PROGRESS.matcher(line);
            Matcher end = DONE.matcher(line);
            Matcher file = SAVED.matcher(line);
            if (at.matches()) {
                progress = new Progress(Long.parseLong(at.group(1)), Integer.parseInt(at.group(2)),
                        Integer.parseInt(at.group(3)), Long.parseLong(at.group(4)));
                listener.accept(progress);
                return;
            }
            if (end.matches()) {
                long executions = Long.parseLong(end.group(1));
                progress = new Progress(executions, progress.coverage(), progress.corpus(),
                        executions / Math.max(1, Long.parseLong(end.group(2))));
            } else if (file.matches()) {
                saved = Optional.of(Path.of(file.group(1)));
            } else if (line.startsWith("INFO: ")) {
                return;
            }
            kept.add(line);
            if (kept.size() > LINES_KEPT) {
                kept.remove();
            }
        }
    }

    private static String os() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return os.startsWith("mac") ? "macos" : os.startsWith("windows") ? "windows" : "linux";
    }
}
