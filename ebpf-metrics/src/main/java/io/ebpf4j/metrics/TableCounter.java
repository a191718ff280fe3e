package io.ebpf4j.metrics;

import io.ebpf4j.export.TableSource;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A counter for each row and number of a table. It adds up by how much the row grew; a row that shrank, or left and came
 * back, begins at nothing again. All in unsigned 64-bit arithmetic.
 */
final class TableCounter extends TableBinder<TableCounter.Total> {
    private final List<Measure.Countable> countables;

    /** What was counted under some labels. */
    static final class Total extends TableSeries {
        private final long[] totals;
        private final List<Measure.Countable> countables;

        Total(List<String> labels, List<Measure.Countable> countables) {
            super(labels, countables.size());
            this.totals = new long[countables.size()];
            this.countables = countables;
        }

        void add(int measure, long steps) {
            totals[measure] += steps;
        }

        @Override
        double[] current() {
            double[] current = new double[totals.length];
            for (int i = 0; i < current.length; i++) {
                current[i] = countables.get(i).ofSteps(totals[i]);
            }
            return current;
        }
    }

    TableCounter(Origin origin, TableSource source, ExportOptions options, Ledger ledger) {
        super(origin, source, options, ledger, true);
        countables = measures.stream().map(measure -> countable(origin, measure)).toList();
    }

    private static Measure.Countable countable(Origin origin, Measure measure) {
        return switch (measure) {
            case Measure.Countable countable -> countable;
            case Measure.Real real -> throw origin.error("its value" + (real.field().isEmpty() ? "" : " field ")
                    + real.field() + " is of type " + real.spelling()
                    + ", which cannot be counted exactly; use an integer of at most 64 bits, or a gauge");
        };
    }

    @Override
    Total series(List<String> labels) {
        return new Total(labels, countables);
    }

    @Override
    boolean folds() {
        return true;
    }

    @Override
    void take(TableRow<Total> row, Total total, MemorySegment values, long offset, long version) {
        for (int i = 0; i < countables.size(); i++) {
            long steps = countables.get(i).steps(values, offset);
            long last = row.last[i];
            total.add(i, Long.compareUnsigned(steps, last) >= 0 ? steps - last : steps);
            row.last[i] = steps;
        }
    }
}
