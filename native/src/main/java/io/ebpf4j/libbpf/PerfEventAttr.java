package io.ebpf4j.libbpf;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;

/**
 * {@code struct perf_event_attr} of {@code linux/perf_event.h} as its first version had it, and the system call that takes it. jextract leaves
 * its bitfields out, and the C library the call.
 *
 * <pre>
 *   0 u32 type   4 u32 size   8 u64 config   16 u64 sample_period or sample_freq
 *   24 u64 sample_type   32 u64 read_format   40 u64 bits: the 11th says that 16 is a frequency
 * </pre>
 */
public final class PerfEventAttr {
    private static final int SIZE = 64;
    private static final int FREQUENCY = 10;
    private static final long FLAG_FD_CLOEXEC = 8;
    private static final long NO_GROUP = -1;

    /** A class of its own, so that it is linked by the first call and not before. */
    private static final class PerfEventOpen {
        private static final MethodHandle HANDLE = NativeSymbols.libc("syscall",
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        private static final long NUMBER = System.getProperty("os.arch", "").equals("amd64") ? 298 : 241;
    }

    private PerfEventAttr() {}

    /**
     * {@return an event that is sampled so often a second}
     *
     * @param arena how long it is there
     * @param type {@code PERF_TYPE_*}
     * @param config what of that type
     * @param hertz how often
     */
    public static MemorySegment atFrequency(Arena arena, int type, long config, long hertz) {
        MemorySegment attr = every(arena, type, config, hertz);
        // In C a bitfield begins at the end that the byte order names.
        attr.set(ValueLayout.JAVA_LONG, 40, ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? 1L << FREQUENCY
                : Long.MIN_VALUE >>> FREQUENCY);
        return attr;
    }

    /**
     * {@return an event that is sampled each time so many have come}
     *
     * @param arena how long it is there
     * @param type {@code PERF_TYPE_*}
     * @param config what of that type
     * @param count how many
     */
    public static MemorySegment every(Arena arena, int type, long config, long count) {
        MemorySegment attr = arena.allocate(SIZE, Long.BYTES);
        attr.set(ValueLayout.JAVA_INT, 0, type);
        attr.set(ValueLayout.JAVA_INT, 4, SIZE);
        attr.set(ValueLayout.JAVA_LONG, 8, config);
        attr.set(ValueLayout.JAVA_LONG, 16, count);
        return attr;
    }

    /**
     * {@return a file descriptor of a new event, which closes when another program is started; or -errno}
     *
     * @param attr the event
     * @param process its number; -1 for all
     * @param cpu its number; -1 for all, which takes a process
     */
    public static int open(MemorySegment attr, int process, int cpu) {
        try {
            long result = (long) PerfEventOpen.HANDLE.invokeExact(NativeSymbols.errnoState(), PerfEventOpen.NUMBER, attr,
                    (long) process, (long) cpu, NO_GROUP, FLAG_FD_CLOEXEC);
            return result < 0 ? -NativeSymbols.errno() : (int) result;
        } catch (RuntimeException | Error t) {
            throw t;
        } catch (Throwable t) {
            throw new AssertionError("a C function cannot throw", t);
        }
    }
}
