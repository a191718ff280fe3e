package io.ebpf4j.attach;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * An event of the kernel's performance counters, {@code perf_event}: the function runs at each sample.
 *
 * @param event what is counted
 * @param sampling how often it is sampled
 * @param process only while the thread of this number runs, which is a process's first thread where it is that of a process;
 * whatever runs where empty
 * @param cpu only on this one; on each where empty, with one attachment a CPU behind this one
 * @param cookie see {@linkplain io.ebpf4j.attach here}; Linux 5.15
 */
public record PerfEvent(Event event, Sampling sampling, OptionalInt process, OptionalInt cpu, long cookie)
        implements
            AttachTarget {
    /** What is counted: {@code type} and {@code config} of {@code struct perf_event_attr}. */
    public sealed interface Event permits Software, Hardware, Raw {
        /** {@return {@code PERF_TYPE_*}} */
        int type();

        /** {@return what of that type} */
        long config();
    }

    /** {@code PERF_COUNT_SW_*}, in the kernel's order: there on every machine. */
    public enum Software implements Event {
        /** Nanoseconds of the CPU, by a high-resolution timer. */
        CPU_CLOCK(0),
        /** Nanoseconds that the task ran. */
        TASK_CLOCK(1),
        /** Faults of pages. */
        PAGE_FAULTS(2),
        /** Switches to another task. */
        CONTEXT_SWITCHES(3),
        /** Moves to another CPU. */
        CPU_MIGRATIONS(4),
        /** Faults without a disk. */
        PAGE_FAULTS_MIN(5),
        /** Faults that waited for a disk. */
        PAGE_FAULTS_MAJ(6),
        /** Accesses that were not aligned and that the kernel had to mend. */
        ALIGNMENT_FAULTS(7),
        /** Instructions that the kernel had to emulate. */
        EMULATION_FAULTS(8);

        private final int number;

        Software(int number) {
            this.number = number;
        }

        @Override
        public int type() {
            return 1;
        }

        @Override
        public long config() {
            return number;
        }
    }

    /** {@code PERF_COUNT_HW_*}, in the kernel's order: where the machine has such counters, which few virtual ones do. */
    public enum Hardware implements Event {
        /** Cycles. */
        CPU_CYCLES(0),
        /** Instructions retired. */
        INSTRUCTIONS(1),
        /** Accesses of the last cache. */
        CACHE_REFERENCES(2),
        /** Misses of the last cache. */
        CACHE_MISSES(3),
        /** Branches. */
        BRANCH_INSTRUCTIONS(4),
        /** Branches that were predicted wrongly. */
        BRANCH_MISSES(5),
        /** Cycles of the bus. */
        BUS_CYCLES(6),
        /** Cycles in which nothing was issued. */
        STALLED_CYCLES_FRONTEND(7),
        /** Cycles in which nothing was retired. */
        STALLED_CYCLES_BACKEND(8),
        /** Cycles at the nominal frequency. */
        REF_CPU_CYCLES(9);

        private final int number;

        Hardware(int number) {
            this.number = number;
        }

        @Override
        public int type() {
            return 0;
        }

        @Override
        public long config() {
            return number;
        }
    }

    /**
     * Any other event.
     *
     * @param type {@code PERF_TYPE_*}, or the number in {@code /sys/bus/event_source/devices/<device>/type}
     * @param config what of that type
     */
    public record Raw(int type, long config) implements Event {}

    /** How often an event is sampled. */
    public sealed interface Sampling permits Frequency, Period {}

    /**
     * So often a second, whatever comes.
     *
     * @param hertz at most {@code /proc/sys/kernel/perf_event_max_sample_rate}; 99 rather than 100, so as not to run in step with timers
     */
    public record Frequency(long hertz) implements Sampling {
        /** Checks the number. */
        public Frequency {
            if (hertz <= 0) {
                throw new IllegalArgumentException("frequency " + hertz + " is not positive");
            }
        }
    }

    /**
     * Each time that so many have come.
     *
     * @param count of events; of nanoseconds for clocks
     */
    public record Period(long count) implements Sampling {
        /** Checks the number. */
        public Period {
            if (count <= 0) {
                throw new IllegalArgumentException("period " + count + " is not positive");
            }
        }
    }

    /** Checks the numbers. */
    public PerfEvent {
        Objects.requireNonNull(event);
        Objects.requireNonNull(sampling);
        process.ifPresent(Checks::process);
        if (cpu.isPresent() && cpu.getAsInt() < 0) {
            throw new IllegalArgumentException("CPU " + cpu.getAsInt() + " is negative");
        }
    }

    /**
     * {@return an event on each CPU, so often a second}
     *
     * @param event what is counted
     * @param hertz how often a second
     */
    public static PerfEvent atFrequency(Event event, long hertz) {
        return new PerfEvent(event, new Frequency(hertz), OptionalInt.empty(), OptionalInt.empty(), 0);
    }

    /**
     * {@return an event on each CPU, each time that so many have come}
     *
     * @param event what is counted
     * @param count how many
     */
    public static PerfEvent every(Event event, long count) {
        return new PerfEvent(event, new Period(count), OptionalInt.empty(), OptionalInt.empty(), 0);
    }

    /**
     * {@return the same for one thread only} The kernel counts no other threads of its process with it.
     *
     * @param pid its number, as in {@code /proc/thread-self}
     */
    public PerfEvent ofProcess(int pid) {
        return new PerfEvent(event, sampling, OptionalInt.of(pid), cpu, cookie);
    }

    /**
     * {@return the same on one CPU only}
     *
     * @param number the CPU's
     */
    public PerfEvent onCpu(int number) {
        return new PerfEvent(event, sampling, process, OptionalInt.of(number), cookie);
    }

    /**
     * {@return the same with a cookie}
     *
     * @param value the cookie
     */
    public PerfEvent withCookie(long value) {
        return new PerfEvent(event, sampling, process, cpu, value);
    }

    @Override
    public String description() {
        return "perf event " + event + ", " + switch (sampling) {
            case Frequency(long hertz) -> hertz + " a second";
            case Period(long count) -> "every " + count;
        };
    }
}
