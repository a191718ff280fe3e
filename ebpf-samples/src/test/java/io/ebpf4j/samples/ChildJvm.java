package io.ebpf4j.samples;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A second JVM: what it prints, how it ends. */
final class ChildJvm implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final Path output;
    private final Path errors;

    record Result(int exit, List<String> output, String errors) {}

    private ChildJvm(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(arguments);
        output = Files.createTempFile("ebpf4j-child", ".out");
        errors = Files.createTempFile("ebpf4j-child", ".err");
        process = new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
    }

    /** Starts a main class on our class path. */
    static ChildJvm onClassPath(Class<?> main, String... arguments) throws IOException {
        return onClassPath(List.of(), entry -> true, main, arguments);
    }

    /** Starts a main class on those parts of our class path that the predicate takes. */
    static ChildJvm onClassPath(List<String> options, Predicate<String> kept, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", path(kept), main.getName()));
        command.addAll(List.of(arguments));
        return new ChildJvm(command);
    }

    /** Starts a main class of this module, all of it in modules. */
    static ChildJvm onModulePath(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("--enable-native-access=io.ebpf4j.libbpf", "--module-path",
                path(ChildJvm::isShipped), "--module", "io.ebpf4j.samples/" + main.getName()));
        command.addAll(List.of(arguments));
        return new ChildJvm(command);
    }

    /** Tests and what only they use have no modules that would fit. */
    private static boolean isShipped(String entry) {
        return List.of("test-classes", "-tests.jar", "junit", "assertj", "opentest4j", "apiguardian", "byte-buddy")
                .stream().noneMatch(entry::contains);
    }

    private static String path(Predicate<String> kept) {
        return String.join(File.pathSeparator,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).filter(kept).toList());
    }

    /** Waits for a text on standard error. */
    void awaitNote(String text) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.readString(errors).contains(text)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("'" + text + "' was not said, but: " + Files.readString(errors));
            }
            Thread.sleep(20);
        }
    }

    /** Asks it to end, as Ctrl-C and kill do. */
    void terminate() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Result await() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the child JVM does not end: " + Files.readString(errors));
        }
        return new Result(process.exitValue(), Files.readAllLines(output), Files.readString(errors));
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.delete(output);
        Files.delete(errors);
    }
}
