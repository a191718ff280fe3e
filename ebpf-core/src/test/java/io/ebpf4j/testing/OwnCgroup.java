package io.ebpf4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A control group of a test's own, below that of this JVM, with the thread that made it and what that starts from then on. It is threaded, as
 * only such takes a thread without its process.
 */
public final class OwnCgroup implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final int TRIES = 100;

    private final Path parent = mount().resolve(ofThisProcess());
    private final Path directory = parent
            .resolve("ebpf4j-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet());

    /** Makes it, with no thread in it. */
    public OwnCgroup() {
        try {
            Files.createDirectory(directory);
            Files.writeString(directory.resolve("cgroup.type"), "threaded");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return where it is} */
    public Path directory() {
        return directory;
    }

    /** Puts the calling thread into it. */
    public void enter() {
        move(directory);
    }

    /** Puts the calling thread back. */
    public void leave() {
        move(parent);
    }

    /** Removes it; the thread that is in it has to be the calling one. */
    @Override
    public void close() {
        leave();
        for (int i = 1;; i++) {
            try {
                Files.delete(directory);
                return;
            } catch (IOException e) { // threads that have ended may take a moment to be gone
                if (i == TRIES) {
                    throw new UncheckedIOException(e);
                }
                Await.aMoment();
            }
        }
    }

    private static void move(Path into) {
        try {
            Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
            Files.writeString(into.resolve("cgroup.threads"), thread.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return where cgroup2 is mounted: {@code /sys/fs/cgroup}, or below it where version 1 is in use} */
    public static Path mount() {
        try (var mounts = Files.lines(Path.of("/proc/mounts"))) {
            return mounts.map(line -> line.split(" ", -1)).filter(fields -> fields[2].equals("cgroup2"))
                    .map(fields -> Path.of(fields[1])).findFirst().orElseThrow(() -> new AssertionError(
                            "no cgroup2 is mounted; run: mount -t cgroup2 cgroup2 /sys/fs/cgroup"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return relative to the mount} */
    private static String ofThisProcess() {
        try (var groups = Files.lines(Path.of("/proc/self/cgroup"))) {
            return groups.filter(line -> line.startsWith("0::/")).map(line -> line.substring("0::/".length()))
                    .findFirst().orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
