package io.ebpf4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

/** One line of a harness, taken apart again. */
record Line(String workload, String name, String variant, String unit, double wall, double cpu, double least,
        int samples, long check) {
    static Line of(String line) {
        var column = line.split("\t", -1);
        assertThat(column).as(line).hasSize(9);
        return new Line(column[0], column[1], column[2], column[3], Double.parseDouble(column[4]),
                Double.parseDouble(column[5]), Double.parseDouble(column[6]), Integer.parseInt(column[7]),
                Long.parseLong(column[8]));
    }

    String what() {
        return name + "|" + variant;
    }
}
