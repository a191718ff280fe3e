package io.ebpf4j.metrics;

import java.util.Arrays;
import java.util.List;

/** All rows of a table that have the same labels. Changed by whoever reads the table, its value read by anyone. */
abstract class TableSeries {
    final List<String> labels;
    /** The snapshot that a row of it was last in. */
    long seen;
    /** The snapshot whose numbers were last taken in; behind {@link #seen} when they could not be decoded. */
    long taken;
    /** How many snapshots in a row had no row of it, and when the first of them was. */
    int absences;
    long absentSince;
    /** Whether its meters should be in the registry. */
    volatile boolean live = true;
    private volatile Values values;

    /** Until a snapshot is published as a whole, its readers get what was before it. */
    private static final class Values {
        final long version;
        final double[] now;
        final double[] before;

        Values(long version, double[] now, double[] before) {
            this.version = version;
            this.now = now;
            this.before = before;
        }
    }

    TableSeries(List<String> labels, int measures) {
        this.labels = labels;
        this.values = new Values(0, new double[measures], new double[measures]);
    }

    /** {@return a copy of the numbers in the snapshot that was just read} */
    abstract double[] current();

    final void publish(long version) {
        double[] before = values.now;
        double[] now = current();
        if (!Arrays.equals(now, before)) {
            values = new Values(version, now, before);
        }
    }

    final double value(int measure, long published) {
        Values found = values;
        return (found.version > published ? found.before : found.now)[measure];
    }
}
