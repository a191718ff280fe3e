package io.ebpf4j.metrics;

import io.ebpf4j.MapSpec;
import io.ebpf4j.ObjectFileException;
import io.micrometer.core.instrument.Tags;

/** Where meters come from. */
record Origin(String program, MapSpec map) {
    /** {@return the tags of this library's own meters about the map} */
    Tags tags() {
        return Tags.of("map", map.name(), "program", program);
    }

    String description() {
        return "eBPF map " + map.name() + " of " + program;
    }

    ObjectFileException error(String what) {
        return new ObjectFileException("program " + program + ", map " + map.name() + ": " + what);
    }

    @Override
    public String toString() {
        return "map " + map.name() + " of program " + program;
    }
}
