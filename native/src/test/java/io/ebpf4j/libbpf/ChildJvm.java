package io.ebpf4j.libbpf;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A second JVM, for what is decided once in the life of one. */
final class ChildJvm {

    /** What it did. */
    record Result(int exit, List<String> lines, String errors) {

        /** The lines that {@link Attempts} printed for one step. */
        List<String> of(String step) {
            return lines.stream().filter(line -> line.startsWith(step + ": "))
                    .map(line -> line.substring(step.length() + 2))
                    .toList();
        }
    }

    private ChildJvm() {}

    static Result onClassPath(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return run(command, Map.of());
    }

    /** On the class path, with a library in front of all others, the C library too. */
    static Result preloading(Path library, List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return run(command, Map.of("LD_PRELOAD", library.toString()));
    }

    /** With more on the class path, started by a command that gets the JVM's as its last arguments. */
    static Result startedBy(List<String> starter, String more, List<String> options, Class<?> main,
            String... arguments) {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path") + File.pathSeparator + more,
                main.getName()));
        command.addAll(List.of(arguments));
        return run(starter, command, Map.of());
    }

    /** With the library as a named module and the test's classes on the class path. */
    static Result onModulePath(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-p", home(NativeLibrary.class), "--add-modules", "io.ebpf4j.libbpf", "--add-exports",
                "io.ebpf4j.libbpf/io.ebpf4j.libbpf=ALL-UNNAMED", "--add-exports",
                "io.ebpf4j.libbpf/io.ebpf4j.libbpf.gen=ALL-UNNAMED", "-cp", home(ChildJvm.class), main.getName()));
        command.addAll(List.of(arguments));
        return run(command, Map.of());
    }

    private static String home(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }

    private static Result run(List<String> arguments, Map<String, String> environment) {
        return run(List.of(), arguments, environment);
    }

    private static Result run(List<String> starter, List<String> arguments, Map<String, String> environment) {
        List<String> command = new ArrayList<>(starter);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(arguments);
        try {
            Path errors = Files.createTempFile("ebpf4j-child", ".err");
            try {
                ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(60, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("the child JVM does not end: " + command);
                }
                return new Result(process.exitValue(), output.lines().toList(), Files.readString(errors));
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
