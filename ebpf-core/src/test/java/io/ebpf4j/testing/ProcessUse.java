package io.ebpf4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process holds of the system.
 *
 * @param descriptors open files
 * @param bpfMappings memory mapped from the kernel's maps
 * @param threads of the JVM, with those of its own
 * @param allocated bytes that malloc has given and not got back; -1 where the C library does not tell
 */
public record ProcessUse(long descriptors, long bpfMappings, long threads, long allocated) {
    /** {@code struct mallinfo2}: ten numbers, of which the eighth is {@code uordblks}. */
    private static final MemoryLayout MALLINFO2 = MemoryLayout.structLayout(
            MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG).withName("numbers"));
    private static final long UORDBLKS = 7L * Long.BYTES;

    /** {@return what it holds now, after a collection} */
    public static ProcessUse now() {
        System.gc();
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return new ProcessUse(files.count(),
                    Files.readAllLines(Path.of("/proc/self/maps")).stream().filter(line -> line.contains("bpf"))
                            .count(),
                    Thread.getAllStackTraces().size(), allocatedNow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("restricted")
    private static long allocatedNow() {
        Linker linker = Linker.nativeLinker();
        var function = linker.defaultLookup().find("mallinfo2"); // glibc 2.33
        if (function.isEmpty()) {
            return -1;
        }
        MethodHandle handle = linker.downcallHandle(function.get(), FunctionDescriptor.of(MALLINFO2));
        try (Arena arena = Arena.ofConfined()) {
            return ((MemorySegment) handle.invokeExact((SegmentAllocator) arena)).get(ValueLayout.JAVA_LONG, UORDBLKS);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
