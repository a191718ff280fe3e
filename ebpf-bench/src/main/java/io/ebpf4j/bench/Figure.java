package io.ebpf4j.bench;

import java.util.Locale;

/**
 * One figure, as every harness prints it.
 *
 * @param what what it is about
 * @param unit of the three numbers that follow
 * @param wall the median of the wall clock
 * @param cpu the median of the CPU time of the whole process, compiler and collector included
 * @param least the least of the wall clock
 * @param samples how many there were
 * @param check what the work came to, the same in every harness; 0 for nothing to compare
 */
record Figure(Case what, String unit, double wall, double cpu, double least, int samples, long check) {
    /** {@return a figure of something else than time} */
    static Figure of(Case what, String unit, long value) {
        return new Figure(what, unit, value, 0, value, 1, 0);
    }

    /** {@return the line, without an end} */
    String line() {
        return String.format(Locale.ROOT, "%s\t%s\t%s\t%s\t%.3f\t%.3f\t%.3f\t%d\t%d", what.workload(), what.name(),
                what.variant(), unit, wall, cpu, least, samples, check);
    }
}
