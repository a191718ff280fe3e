package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** Compilers and bpftool, where they are installed. */
final class Tools {
    private Tools() {}

    /** Skips the test otherwise, and says why. */
    static void assume(boolean condition, String otherwise) {
        if (!condition) {
            System.out.println("Skipped, for " + otherwise);
        }
        assumeTrue(condition, otherwise);
    }

    /** The first of some tools that is installed; without any the test is skipped. */
    static String assumeInstalled(String... tools) {
        var installed = Arrays.stream(tools).filter(tool -> Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)))).findFirst();
        assume(installed.isPresent(), String.join(" or ", tools) + " is not installed");
        return installed.orElseThrow();
    }

    static String assumeClang() {
        return assumeInstalled("clang-19", "clang", "clang-14");
    }

    /** What a tool prints, in a file in a folder; it must succeed. */
    static Path run(Path folder, String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path errors = Files.createTempFile(folder, "errors", ".txt");
        var process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(errors.toFile()).start();
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), Files.readString(errors)).isZero();
        return out;
    }
}
