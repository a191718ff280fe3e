package io.ebpf4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Calls of the C library that nobody else makes, for probes to see. */
@SuppressWarnings("restricted") // to call the C library is what it is for
public final class Calls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemorySegment LABS = find("labs");
    private static final MethodHandle LABS_CALL = LINKER.downcallHandle(LABS,
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle GETPGID_CALL = LINKER.downcallHandle(find("getpgid"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private static final MethodHandle SOCKET_CALL = LINKER.downcallHandle(find("socket"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT));
    private static final MethodHandle SETSOCKOPT_CALL = LINKER.downcallHandle(find("setsockopt"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle CONNECT_CALL = LINKER.downcallHandle(find("connect"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE_CALL = LINKER.downcallHandle(find("close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private Calls() {}

    /** {@return the absolute value of a number} */
    public static long labs(long number) {
        try {
            return (long) LABS_CALL.invokeExact(number);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** {@return the process group of a process} One system call. */
    public static int getpgid(int pid) {
        try {
            return (int) GETPGID_CALL.invokeExact(pid);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** {@return 0, or -1 where a connection over the loopback cannot be made with a way to control congestion} */
    public static int connect(int port, String way) {
        try (Arena arena = Arena.ofConfined()) {
            int socket = (int) SOCKET_CALL.invokeExact(2, 1, 0); // AF_INET, SOCK_STREAM
            try {
                MemorySegment name = arena.allocateFrom(way);
                int chosen = (int) SETSOCKOPT_CALL.invokeExact(socket, 6, 13, name, way.length()); // TCP_CONGESTION
                if (chosen != 0) {
                    return chosen;
                }
                MemorySegment address = arena.allocate(16); // struct sockaddr_in
                address.set(ValueLayout.JAVA_SHORT, 0, (short) 2);
                address.set(ValueLayout.JAVA_BYTE, 2, (byte) (port >> 8));
                address.set(ValueLayout.JAVA_BYTE, 3, (byte) port);
                address.set(ValueLayout.JAVA_BYTE, 4, (byte) 127);
                address.set(ValueLayout.JAVA_BYTE, 7, (byte) 1);
                return (int) CONNECT_CALL.invokeExact(socket, address, 16);
            } finally {
                int _ = (int) CLOSE_CALL.invokeExact(socket);
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** {@return where labs() begins in this process} */
    public static long addressOfLabs() {
        return LABS.address();
    }

    /** {@return where labs() begins in the file} */
    public static long offsetOfLabs() {
        String[] mapping = mapping();
        return LABS.address() - Long.parseUnsignedLong(mapping[0].split("-", 2)[0], 16)
                + Long.parseUnsignedLong(mapping[2], 16);
    }

    /** {@return how many bytes the first instruction of labs() has, of the two that compilers begin it with} */
    public static int firstInstructionOfLabs() {
        byte first = firstByteOfLabs();
        return switch (first) {
            case (byte) 0xf3 -> 4; // endbr64
            case 0x48 -> 3; // mov %rdi,%rax
            default -> throw new AssertionError("labs() begins with an unknown byte " + first);
        };
    }

    /** In the file, for in memory it may be the breakpoint of a probe that the kernel has not taken back yet. */
    private static byte firstByteOfLabs() {
        try (var file = FileChannel.open(library())) {
            ByteBuffer one = ByteBuffer.allocate(1);
            if (file.read(one, offsetOfLabs()) != 1) {
                throw new AssertionError("labs() lies beyond the end of " + library());
            }
            return one.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the C library's file} */
    public static Path library() {
        return Path.of(mapping()[5]);
    }

    private static String[] mapping() {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.map(line -> line.split("\\s+", 6)).filter(fields -> {
                String[] ends = fields[0].split("-", 2);
                return Long.compareUnsigned(Long.parseUnsignedLong(ends[0], 16), LABS.address()) <= 0
                        && Long.compareUnsigned(LABS.address(), Long.parseUnsignedLong(ends[1], 16)) < 0;
            }).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MemorySegment find(String name) {
        return LINKER.defaultLookup().find(name).orElseThrow();
    }
}
