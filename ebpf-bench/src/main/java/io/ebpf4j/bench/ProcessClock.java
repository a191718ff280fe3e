package io.ebpf4j.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The CPU time of the whole process. That of {@code OperatingSystemMXBean} counts in steps of 10 ms. */
final class ProcessClock {
    private static final int CLOCK_PROCESS_CPUTIME_ID = 2;
    private static final MethodHandle CLOCK_GETTIME = clockGettime();
    /** {@code struct timespec { long tv_sec; long tv_nsec; }} */
    private static final MemorySegment TIME = Arena.global().allocate(16, 8);

    private ProcessClock() {}

    @SuppressWarnings("restricted") // a function of the C library, with the types it has
    private static MethodHandle clockGettime() {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find("clock_gettime").orElseThrow(),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    }

    /** {@return nanoseconds since the process began; one thread only may ask} */
    static long nanos() {
        try {
            int error = (int) CLOCK_GETTIME.invokeExact(CLOCK_PROCESS_CPUTIME_ID, TIME);
            if (error != 0) {
                throw new IllegalStateException("clock_gettime(CLOCK_PROCESS_CPUTIME_ID) failed");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
        return TIME.get(JAVA_LONG, 0) * 1_000_000_000 + TIME.get(JAVA_LONG, 8);
    }
}
