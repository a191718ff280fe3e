package io.ebpf4j.metrics;

import io.ebpf4j.export.TableSource;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** A gauge for each row and number of a table. Rows whose visible key fields are the same add up. */
final class TableGauge extends TableBinder<TableGauge.Level> {
    /** The numbers under some labels. */
    static final class Level extends TableSeries {
        private final double[] levels;

        Level(List<String> labels, int measures) {
            super(labels, measures);
            levels = new double[measures];
        }

        @Override
        double[] current() {
            return levels.clone();
        }
    }

    TableGauge(Origin origin, TableSource source, ExportOptions options, Ledger ledger) {
        super(origin, source, options, ledger, false);
    }

    @Override
    Level series(List<String> labels) {
        return new Level(labels, measures.size());
    }

    /** Gauges of different things do not add up to anything. */
    @Override
    boolean folds() {
        return false;
    }

    @Override
    void take(TableRow<Level> row, Level level, MemorySegment values, long offset, long version) {
        double[] numbers = new double[measures.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = measures.get(i).value(values, offset);
        }
        if (level.taken != version) {
            Arrays.fill(level.levels, 0);
        }
        for (int i = 0; i < numbers.length; i++) {
            level.levels[i] += numbers[i];
        }
    }
}
