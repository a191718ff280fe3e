package io.ebpf4j.testing;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** System calls that mount a file system step by step; of the same number on all machines. */
public final class Syscalls {
    private static final int MOVE_MOUNT = 429;
    private static final int FSOPEN = 430;
    private static final int FSCONFIG = 431;
    private static final int FSMOUNT = 432;
    private static final int PIDFD_OPEN = 434;
    private static final int PIDFD_GETFD = 438;
    private static final int SET_STRING = 1;
    private static final int CREATE = 6;
    private static final int HERE = -100;
    private static final int EMPTY_PATH = 4;
    @SuppressWarnings("restricted")
    private static final MethodHandle SYSCALL = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().find("syscall").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1));

    private Syscalls() {}

    /** {@return a file system of a kind, to be configured, of the user namespace that this process is in} */
    public static int open(String type) {
        try (Arena arena = Arena.ofConfined()) {
            return call(FSOPEN, text(arena, type), 0, 0, 0, 0);
        }
    }

    /** Gives a file system an option. */
    public static void option(int fileSystem, String name, String value) {
        try (Arena arena = Arena.ofConfined()) {
            call(FSCONFIG, fileSystem, SET_STRING, text(arena, name), text(arena, value), 0);
        }
    }

    /** Ends the configuration. */
    public static void create(int fileSystem) {
        call(FSCONFIG, fileSystem, CREATE, 0, 0, 0);
    }

    /** Mounts it. */
    public static void mount(int fileSystem, String folder) {
        int mount = call(FSMOUNT, fileSystem, 0, 0, 0, 0);
        try (Arena arena = Arena.ofConfined()) {
            call(MOVE_MOUNT, mount, text(arena, ""), HERE, text(arena, folder), EMPTY_PATH);
        }
    }

    /** {@return a descriptor of what another process has} */
    public static int descriptorOf(long process, int descriptor) {
        return call(PIDFD_GETFD, call(PIDFD_OPEN, process, 0, 0, 0, 0), descriptor, 0, 0, 0);
    }

    private static long text(Arena arena, String text) {
        return arena.allocateFrom(text).address();
    }

    private static int call(long number, long a, long b, long c, long d, long e) {
        try {
            long result = (long) SYSCALL.invokeExact(number, a, b, c, d, e);
            if (result < 0) {
                throw new AssertionError("system call " + number + " failed");
            }
            return (int) result;
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }
}
