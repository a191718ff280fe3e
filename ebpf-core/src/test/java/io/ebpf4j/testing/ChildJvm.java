package io.ebpf4j.testing;

import io.ebpf4j.libbpf.NativeLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class in a JVM of its own, for what cannot be tried in this one: other rights, other mounts, no library. */
public final class ChildJvm {
    private static final int TIMEOUT_SECONDS = 60;

    private ChildJvm() {}

    /** What a child printed, standard error included, and its exit status. */
    public record Result(int status, String output) {}

    /** {@return what became of {@code prefix... java jvmOptions... main arguments...}, with this JVM's class path} */
    public static Result run(List<String> prefix, List<String> jvmOptions, Class<?> main, String... arguments) {
        List<String> command = command(prefix, jvmOptions, main, arguments);
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end in " + TIMEOUT_SECONDS + " s; it printed: " + output);
            }
            return new Result(process.exitValue(), output);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(command.toString(), e);
        }
    }

    /** {@return a child that runs, with standard error among what it prints; the caller ends it} */
    public static Process start(List<String> jvmOptions, Class<?> main, String... arguments) {
        return start(List.of(), jvmOptions, main, arguments);
    }

    /** {@return the same, of {@code prefix... java ..}; a prefix that becomes the JVM, as unshare does} */
    public static Process start(List<String> prefix, List<String> jvmOptions, Class<?> main, String... arguments) {
        List<String> command = command(prefix, jvmOptions, main, arguments);
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError(command.toString(), e);
        }
    }

    private static List<String> command(List<String> prefix, List<String> jvmOptions, Class<?> main,
            String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp",
                System.getProperty("java.class.path")));
        String libbpf = System.getProperty(NativeLibrary.PROPERTY);
        if (libbpf != null) {
            command.add("-D" + NativeLibrary.PROPERTY + "=" + libbpf);
        }
        command.addAll(jvmOptions); // after it, so that they can name another
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }
}
