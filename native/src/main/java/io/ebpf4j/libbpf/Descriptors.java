package io.ebpf4j.libbpf;

import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * File descriptors that Java has no name for: of folders (a cgroup, a network namespace), and second ones of the same thing.
 *
 * <p>
 * Each method returns what C would, and {@code -errno} for a failure, as libbpf does; {@link Errno#describe} names it. A
 * descriptor made here is closed by {@code exec}, so that no child process keeps it. Whoever gets one owns it: it is
 * closed once, by {@link #close}, and not used after that. The kernel's numbers are reused at once, so a second close hits
 * a stranger.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
 */
public final class Descriptors {

    /** Those of C that take any number of arguments: jextract writes no plain method for them. Linked on their first call. */
    private static final class Variadic {
        private static final Linker.Option AFTER_TWO = Linker.Option.firstVariadicArg(2);

        // int open(const char *path, int flags, ...), without the mode, for nothing is created
        static final MethodHandle OPEN = NativeSymbols.libc("open",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT), AFTER_TWO);
        // int fcntl(int fd, int op, ...)
        static final MethodHandle FCNTL = NativeSymbols.libc("fcntl", FunctionDescriptor.of(ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), AFTER_TWO);
        // int ioctl(int fd, unsigned long op, ...)
        static final MethodHandle IOCTL = NativeSymbols.libc("ioctl", FunctionDescriptor.of(ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG), AFTER_TWO);
    }

    private Descriptors() {}

    /**
     * {@return a descriptor of an existing file or folder, or {@code -errno}}
     *
     * @param path
     *            which one
     * @param flags
     *            such as {@link Libc#O_RDONLY()}; {@code O_CLOEXEC} is added
     * @throws IllegalArgumentException
     *             for flags that would create a file
     * @throws NativeUnavailableException
     *             where native calls cannot be made
     */
    public static int open(Path path, int flags) {
        if ((flags & Libc.O_CREAT()) != 0) {
            throw new IllegalArgumentException("O_CREAT in flags 0x%x: only what exists is opened".formatted(flags));
        }
        try (Arena arena = Arena.ofConfined()) {
            return result((int) Variadic.OPEN.invokeExact(NativeSymbols.errnoState(),
                    arena.allocateFrom(path.toString()), flags | Libc.O_CLOEXEC()));
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /**
     * {@return a second descriptor of the same open file, never 0 to 2, or {@code -errno}} It shares position and status
     * flags with the first, and outlives it.
     *
     * @param fd
     *            the first, which stays open
     * @throws NativeUnavailableException
     *             where native calls cannot be made
     */
    public static int duplicate(int fd) {
        try {
            return result((int) Variadic.FCNTL.invokeExact(NativeSymbols.errnoState(), fd, Libc.F_DUPFD_CLOEXEC(), 3));
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /**
     * {@return what {@code ioctl} returns, or {@code -errno}}
     *
     * @param fd
     *            a descriptor
     * @param request
     *            what is asked of it
     * @param argument
     *            a number, or the address of what the request takes
     * @throws NativeUnavailableException
     *             where native calls cannot be made
     */
    public static int ioctl(int fd, long request, long argument) {
        try {
            return result((int) Variadic.IOCTL.invokeExact(NativeSymbols.errnoState(), fd, request, argument));
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /**
     * Closes a descriptor. It is gone whatever this returns, but for {@code -EBADF}, which says that it was not open.
     *
     * @param fd
     *            the descriptor, not used from here on
     * @return 0, or {@code -errno}
     * @throws NativeUnavailableException
     *             where native calls cannot be made
     */
    public static int close(int fd) {
        return result(Libc.close(fd));
    }

    static int result(int returned) {
        return returned == -1 ? -NativeLibrary.errno() : returned;
    }

    /** What a downcall throws is unchecked, for no C function throws. */
    static RuntimeException unchecked(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> throw new AssertionError("a downcall throws nothing checked", thrown);
        };
    }
}
