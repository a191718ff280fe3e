package io.ebpf4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes kernel events that fixtures wait for. */
public final class Events {
    private static final Path COMM = Path.of("/proc/thread-self/comm");

    private Events() {}

    /** Lets this thread take its own name again: runs what is attached to {@code raw_tp/task_rename}. */
    public static void rename() {
        try {
            Files.writeString(COMM, threadName());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return what the kernel calls this thread} */
    public static String threadName() {
        try {
            return Files.readString(COMM).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
