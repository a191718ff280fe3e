package io.ebpf4j.bench;

import java.util.Locale;

/**
 * One figure, as every harness prints it.
 *
 * @param workload what was done, with the letter it is sorted by
 * @param name the case of that workload
 * @param variant by what means
 * @param unit of the three times that follow
 * @param wall the median of the wall clock
 * @param cpu the median of the CPU time of the whole process, compiler and collector included
 * @param least the least of the wall clock
 * @param samples how many there were
 * @param check what the work came to, the same in every harness; 0 for nothing to compare
 */
record Figure(String workload, String name, String variant, String unit, double wall, double cpu, double least,
        int samples, long check) {
    /** {@return the line, without an end} */
    String line() {
        return String.format(Locale.ROOT, "%s\t%s\t%s\t%s\t%.6g\t%.6g\t%.6g\t%d\t%d", workload, name, variant, unit,
                wall, cpu, least, samples, check);
    }
}
