package io.ebpf4j.testing;

import io.ebpf4j.libbpf.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.assertj.core.api.Assertions;

/**
 * What became of each kind of attachment on this kernel, for a table over several kernels: one line a kind,
 * {@code kind<TAB>kernel release<TAB>version of libbpf<TAB>passed|refused|n/a<TAB>message}, appended to the file that the
 * system property {@code ebpf4j.attach.report} names, {@code target/attach-report.tsv} by default.
 */
public final class AttachReport {
    private static final Path FILE = Path.of(System.getProperty("ebpf4j.attach.report", "target/attach-report.tsv"));

    private AttachReport() {}

    /** A step of a test. */
    @FunctionalInterface
    public interface Step {
        /** Does it. */
        void run() throws Exception;
    }

    /** Attaches, and asserts what comes of it. The kind is named as libbpf's section is. */
    public static void passes(String kind, Step test) throws Exception {
        test.run();
        append(kind, "passed", "");
    }

    /** {@return what an attempt threw that this kernel has to refuse}, and which is of a type */
    public static <E extends RuntimeException> E refused(String kind, Class<E> type, Step attempt) {
        E thrown = Assertions.catchThrowableOfType(type, attempt::run);
        Assertions.assertThat(thrown).as("this kernel is to refuse " + kind).isNotNull();
        append(kind, "refused", String.valueOf(thrown.getMessage()));
        return thrown;
    }

    /** Tells that the machine has nothing to attach to, and why. */
    public static void notHere(String kind, String why) {
        append(kind, "n/a", why);
    }

    private static synchronized void append(String kind, String outcome, String message) {
        String line = String.join("\t", kind, Kernels.release(), NativeLibrary.version(), outcome,
                message.replaceAll("\\s+", " ")) + "\n";
        try {
            Path folder = FILE.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(FILE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
