package io.ebpf4j.internal.kernel.live.info;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.ebpf4j.libbpf.NativeSymbols;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.time.Instant;

/**
 * The time since boot, sleep included, in which the kernel says when things were loaded. Not out of {@code /proc/uptime}, for
 * there a container may see the time since it began itself.
 */
final class BootClock {
    private static final int CLOCK_BOOTTIME = 7;
    private static final MethodHandle CLOCK_GETTIME = NativeSymbols.libc("clock_gettime",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    private BootClock() {}

    /** {@return the time of day at which it showed that many nanoseconds} */
    static Instant toInstant(long nanoseconds) {
        return Instant.now().minus(now()).plusNanos(nanoseconds);
    }

    private static Duration now() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(JAVA_LONG, 2); // struct timespec of a 64-bit system
            int result = (int) CLOCK_GETTIME.invokeExact(NativeSymbols.errnoState(), CLOCK_BOOTTIME, time);
            if (result != 0) {
                throw new IllegalStateException("clock_gettime(CLOCK_BOOTTIME), which Linux has since 2.6.39, failed");
            }
            return Duration.ofSeconds(time.getAtIndex(JAVA_LONG, 0), time.getAtIndex(JAVA_LONG, 1));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("C throws nothing", e);
        }
    }
}
