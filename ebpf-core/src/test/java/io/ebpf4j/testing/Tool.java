package io.ebpf4j.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A command of the system. */
public final class Tool {
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private Tool() {}

    /** {@return whether it is installed} Says so where it is not. */
    public static boolean has(String name) {
        boolean there = FOLDERS.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        if (!there) {
            System.err.println("no '" + name + "' here: what needs it is not tested");
        }
        return there;
    }

    /** {@return what a command prints, standard error included} It has to succeed. */
    public static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(Arrays.toString(command) + ": " + output);
            }
            return output;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(Arrays.toString(command), e);
        }
    }
}
