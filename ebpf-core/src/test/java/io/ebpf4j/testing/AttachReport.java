package io.ebpf4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What became of each kind of attaching on the running kernel, for the table in the README: lines of
 * {@code kind TAB kernel release TAB passed|refused|n/a TAB message}. The file is that of the system property {@value #PROPERTY}.
 */
public final class AttachReport {
    private static final String PROPERTY = "ebpf4j.attach.report";
    private static final Path FILE = Path.of(System.getProperty(PROPERTY, "target/attach-report.tsv"));

    private AttachReport() {}

    /** It was attached, and counted what it should. */
    public static void passed(String kind) {
        write(kind, "passed", "");
    }

    /** The kernel refuses it, and the message says why. */
    public static void refused(String kind, Throwable why) {
        write(kind, "refused", String.valueOf(why.getMessage()));
    }

    /** There is nothing here that it could be tried with. */
    public static void notApplicable(String kind, String why) {
        write(kind, "n/a", why);
    }

    private static synchronized void write(String kind, String outcome, String message) {
        try {
            Path folder = FILE.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.write(FILE, List.of(String.join("\t", kind, ThisKernel.release(), outcome, message)),
                    StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
