package io.ebpf4j.libbpf;

import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.perf_event_attr;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;

/**
 * A perf event that a function can be attached to.
 *
 * @param type
 *            such as {@link Libbpf#PERF_TYPE_SOFTWARE()}
 * @param config
 *            which one of that type, such as {@link Libbpf#PERF_COUNT_SW_CPU_CLOCK()}; any u64
 * @param rate
 *            how many events make a sample, or how many samples a second; any u64 but 0
 * @param frequency
 *            whether the rate is in samples a second
 * @see <a href="https://man7.org/linux/man-pages/man2/perf_event_open.2.html">perf_event_open(2)</a>
 */
public record PerfEvent(int type, long config, long rate, boolean frequency) {

    /** Of {@code struct perf_event_attr}, after {@code read_format}: bit-fields, which jextract leaves out. */
    private static final long FLAGS = perf_event_attr.read_format$offset() + Long.BYTES;
    private static final long FREQ = flag(10);
    private static final long WATERMARK = flag(14);
    private static final int ALL_PROCESSES = -1;

    /** Linked on the first call. */
    private static final class Syscall {
        // long syscall(long number, ...): struct perf_event_attr *, pid_t pid, int cpu, int group_fd, unsigned long flags
        static final MethodHandle HANDLE = NativeSymbols.libc("syscall", FunctionDescriptor.of(ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG), Linker.Option.firstVariadicArg(1));
    }

    /** C numbers bit-fields from the end where the first byte is the lowest. */
    private static long flag(int bit) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 1L << bit : 1L << (Long.SIZE - 1 - bit);
    }

    /** Refuses a rate of 0, which the kernel takes for an event that never samples. */
    public PerfEvent {
        if (rate == 0) {
            throw new IllegalArgumentException("rate 0 of perf event %d:%d: no sample would ever be taken"
                    .formatted(type, config));
        }
    }

    /**
     * {@return a descriptor of this event, opened and counting, or {@code -errno}} It is closed by {@link Descriptors#close}.
     *
     * @param pid
     *            of which process, 0 for this one, -1 for all
     * @param cpu
     *            on which CPU, -1 for all, which only one process can have
     * @throws NativeUnavailableException
     *             where native calls cannot be made
     */
    public int open(int pid, int cpu) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = perf_event_attr.allocate(arena);
            perf_event_attr.type(attr, type);
            perf_event_attr.config(attr, config);
            perf_event_attr.sample_period(attr, rate);
            attr.set(ValueLayout.JAVA_LONG, FLAGS, frequency ? FREQ : 0);
            return open(attr, pid, cpu);
        }
    }

    /**
     * {@return a descriptor of what {@code bpf_perf_event_output} writes to on one CPU, or {@code -errno}} It is of type
     * {@link Libbpf#PERF_COUNT_SW_BPF_OUTPUT()}, and closed by {@link Descriptors#close}. Mapped, it is one page of {@code struct
     * perf_event_mmap_page} and a power of two of pages with records; until then, and until it is in a map, nothing is
     * written.
     *
     * @param cpu
     *            whose functions write to it
     * @param wakeUp
     *            how many bytes are there when whoever waits for it is woken; 0 for each record
     * @throws NativeUnavailableException
     *             where native calls cannot be made
     */
    public static int openOutput(int cpu, int wakeUp) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = perf_event_attr.allocate(arena);
            perf_event_attr.type(attr, Libbpf.PERF_TYPE_SOFTWARE());
            perf_event_attr.config(attr, Libbpf.PERF_COUNT_SW_BPF_OUTPUT());
            perf_event_attr.sample_period(attr, 1);
            perf_event_attr.sample_type(attr, Libbpf.PERF_SAMPLE_RAW());
            if (wakeUp > 0) {
                perf_event_attr.wakeup_watermark(attr, wakeUp);
                attr.set(ValueLayout.JAVA_LONG, FLAGS, WATERMARK);
            } else {
                perf_event_attr.wakeup_events(attr, 1);
            }
            return open(attr, ALL_PROCESSES, cpu);
        }
    }

    private static int open(MemorySegment attr, int pid, int cpu) {
        SystemCallNumbers numbers = SystemCallNumbers.ofThisMachine();
        if (numbers == null) {
            return -Errno.ENOSYS;
        }
        perf_event_attr.size(attr, Math.toIntExact(perf_event_attr.sizeof()));
        try {
            long fd = (long) Syscall.HANDLE.invokeExact(NativeSymbols.errnoState(), numbers.perfEventOpen, attr, pid,
                    cpu, -1, Libbpf.PERF_FLAG_FD_CLOEXEC());
            return Descriptors.result((int) fd);
        } catch (Throwable e) {
            throw Descriptors.unchecked(e);
        }
    }
}
