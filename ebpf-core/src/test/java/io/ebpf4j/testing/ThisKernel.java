package io.ebpf4j.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Facts of the running kernel that decide whether a test expects it to do something. */
public final class ThisKernel {
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final String RUNNING = release();
    private static final Set<String> OPTIONS = options();

    private ThisKernel() {}

    /** {@return as {@code uname -r} says} */
    public static String release() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return whether it is this version or a later one} */
    public static boolean atLeast(int major, int minor) {
        Matcher matcher = RELEASE.matcher(RUNNING);
        if (!matcher.matches()) {
            throw new AssertionError("kernel release " + RUNNING);
        }
        int ours = Integer.parseInt(matcher.group(1));
        return ours > major || ours == major && Integer.parseInt(matcher.group(2)) >= minor;
    }

    /** {@return whether it was built with an option, or has it as a module} */
    public static boolean has(String option) {
        return OPTIONS.contains(option);
    }

    private static Set<String> options() {
        Path own = Path.of("/proc/config.gz");
        Path file = Path.of("/boot/config-" + RUNNING);
        try (InputStream in = Files.exists(own)
                ? new GZIPInputStream(Files.newInputStream(own))
                : Files.newInputStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> line.endsWith("=y") || line.endsWith("=m"))
                    .map(line -> line.substring(0, line.indexOf('='))).collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("neither " + own + " nor " + file + " tells how the kernel was built", e);
        }
    }
}
