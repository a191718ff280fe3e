package io.ebpf4j;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.internal.Leaks;
import io.ebpf4j.libbpf.MappedFile;
import io.ebpf4j.libbpf.NativeUnavailableException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The types of a kernel and of its loaded modules, as {@code /sys/kernel/btf} has them: since Linux 5.4, of modules since
 * 5.11, where the kernel was built with {@code CONFIG_DEBUG_INFO_BTF}. Needs no libbpf and no privilege.
 *
 * {@snippet :
 * try (KernelBtf kernel = KernelBtf.open()) {
 *     BtfType.Struct task = kernel.vmlinux().find(BtfType.Struct.class, "task_struct").orElseThrow();
 * }
 * }
 *
 * <p>The running kernel's file is copied, 5 MB and not into the heap, when a process opens it for the first time, for that is
 * what the first act of a JVM can do quickest. From then on it is mapped, where that can be (Linux 6.16, and native calls are
 * allowed). Nothing in it is looked at before it is asked for.
 *
 * <p>Safe for use by several threads. After {@link #close} the types are no longer to be used: every look at what was mapped is
 * an {@link IllegalStateException}. What was made of them before, records and layouts, stays.
 */
public final class KernelBtf implements AutoCloseable {
    private static final Path RUNNING = Path.of("/sys/kernel/btf");
    private static final String VMLINUX = "vmlinux";

    /** What is read of a file at a time; the kernel gives a page of its own ones. */
    private static final int CHUNK = 1 << 14;

    /**
     * Whether anybody in this process has opened the running kernel's types. The first system call that is linked costs
     * a fresh JVM 50 ms and a segment 20, while a copy costs 10: who opens them once had better copy them, and who does
     * it again may do it often. Two at the same moment are two copies, no fault.
     */
    private static volatile boolean opened;

    private final Path directory;
    /** Of the mapping, if there is one. */
    private final @Nullable Arena arena;
    private final Btf vmlinux;
    private final Leaks.Watch watch;
    private volatile boolean closed;
    private @Nullable Modules modules;

    /** What became of the modules' files, in the order of their names. */
    private record Modules(Map<String, Btf> read, Map<String, String> skipped) {}

    private KernelBtf(Path directory, @Nullable Arena arena, Btf vmlinux) {
        this.directory = directory;
        this.arena = arena;
        this.vmlinux = vmlinux;
        this.watch = Leaks.watch(this, "types of the kernel in " + directory);
    }

    /**
     * {@return the types of the running kernel}
     *
     * @throws KernelSupportException when it does not tell them
     * @throws UncheckedIOException when they cannot be read
     * @throws MalformedBtfException when what it tells is no BTF
     */
    public static KernelBtf open() {
        if (!Files.exists(RUNNING.resolve(VMLINUX))) {
            throw new KernelSupportException(
                    "there is no " + RUNNING.resolve(VMLINUX) + ": this system is no Linux from 5.4"
                            + " on, its kernel was built without CONFIG_DEBUG_INFO_BTF, or /sys is not mounted",
                    0);
        }
        if (opened) {
            return map();
        }
        opened = true;
        return open(RUNNING);
    }

    /**
     * {@return the types of a kernel whose files were copied, as from another machine}
     *
     * @param directory where its {@code vmlinux} lies, and the files of its modules beside it; raw BTF each
     * @throws UncheckedIOException when {@code vmlinux} cannot be read
     * @throws MalformedBtfException when it is no BTF
     */
    public static KernelBtf open(Path directory) {
        // Not mapped: if somebody cut the file short, to look at it would be a fault.
        Path file = directory.resolve(VMLINUX);
        try {
            return new KernelBtf(directory, null, Btf.parse(read(file), VMLINUX));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // close() does
    private static KernelBtf map() {
        Path file = RUNNING.resolve(VMLINUX);
        Arena arena = Arena.ofShared();
        try {
            var mapped = MappedFile.map(file, Files.size(file), arena);
            if (mapped.isPresent()) {
                return new KernelBtf(RUNNING, arena, Btf.parse(mapped.get(), VMLINUX));
            }
        } catch (NativeUnavailableException e) {
            // Then it costs a copy, and nothing else.
        } catch (IOException e) {
            arena.close();
            throw unreadable(file, e);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
        arena.close();
        return open(RUNNING);
    }

    private static UncheckedIOException unreadable(Path file, IOException e) {
        return new UncheckedIOException(file + ": cannot be read: " + e, e);
    }

    /** Not into the heap, whose collector would copy it, and by a stream, for a channel costs a fresh JVM 5 ms. */
    private static ByteBuffer read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > Integer.MAX_VALUE) {
            throw new IOException("it has " + size + " bytes; more than 2 GiB cannot be read");
        }
        var bytes = ByteBuffer.allocateDirect((int) size);
        var chunk = new byte[CHUNK];
        try (var stream = new FileInputStream(file.toString())) {
            for (int n; bytes.hasRemaining() && (n = stream.read(chunk, 0, Math.min(CHUNK, bytes.remaining()))) > 0;) {
                bytes.put(chunk, 0, n);
            }
        }
        return bytes.flip();
    }

    /** {@return the types of the kernel itself} */
    public Btf vmlinux() {
        requireOpen();
        return vmlinux;
    }

    /**
     * {@return the types of a module and of the kernel, or nothing when it is not loaded or its types cannot be read}
     *
     * @param name as in {@code /proc/modules}
     */
    public Optional<Btf> module(String name) {
        return Optional.ofNullable(modules().get(name));
    }

    /**
     * {@return the types of each module, by name, each with those of the kernel as its base} Its ids begin where those of the
     * kernel end, and so are not those of another module. Looks through all of them on the first call, and not again: what
     * is loaded later is not seen.
     */
    public Map<String, Btf> modules() {
        return readModules().read;
    }

    /** {@return the modules whose types cannot be used, by name, and why} One that is broken is no reason to do without the others. */
    public Map<String, String> skipped() {
        return readModules().skipped;
    }

    private synchronized Modules readModules() {
        requireOpen();
        if (modules == null) {
            var read = new TreeMap<String, Btf>();
            var skipped = new TreeMap<String, String>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
                for (Path file : files) {
                    readModule(file, read, skipped);
                }
            } catch (DirectoryIteratorException e) {
                // The kernel's answer in the middle of the listing, wrapped for an iterator throws nothing checked.
                throw new UncheckedIOException(directory + ": cannot be listed: " + e.getCause(),
                        Objects.requireNonNull(e.getCause()));
            } catch (IOException e) {
                throw new UncheckedIOException(directory + ": cannot be listed: " + e, e);
            }
            modules = new Modules(Collections.unmodifiableMap(read), Collections.unmodifiableMap(skipped));
        }
        return modules;
    }

    private void readModule(Path file, Map<String, Btf> read, Map<String, String> skipped) {
        String name = String.valueOf(file.getFileName());
        if (name.equals(VMLINUX)) {
            return;
        }
        try {
            Btf types = Btf.parse(read(file), name, vmlinux);
            types.size();
            read.put(name, types);
        } catch (IOException e) {
            // Also a module that was unloaded since the directory was listed.
            skipped.put(name, e.toString());
        } catch (MalformedBtfException e) {
            skipped.put(name, String.valueOf(e.getMessage()));
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the types of the kernel in " + directory + " are closed");
        }
    }

    /** Gives the mapping back. Can be called more than once, and while other threads look at types. */
    @Override
    public synchronized void close() {
        watch.closed();
        if (!closed && arena != null) {
            arena.close();
        }
        closed = true;
    }

    /** {@return where it was read from} */
    @Override
    public String toString() {
        return "types of the kernel in " + directory;
    }
}
