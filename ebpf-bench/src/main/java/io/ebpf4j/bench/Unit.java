package io.ebpf4j.bench;

import java.util.Optional;

/**
 * In what the time of a sample is told.
 *
 * @param name of the unit
 * @param nanos how many nanoseconds one is
 * @param bytes the unit of what was allocated, if that is told
 */
record Unit(String name, double nanos, Optional<String> bytes) {
    static final Unit MICROS = new Unit("us", 1e3, Optional.empty());

    /**
     * {@return nanoseconds, and bytes allocated, for each of many}
     *
     * @param what one of them is called
     * @param count how many there are in a sample
     */
    static Unit each(String what, int count) {
        return new Unit("ns/" + what, count, Optional.of("B/" + what));
    }

    /**
     * {@return nanoseconds for each of many; what several threads allocate is not told}
     *
     * @param what what one of them is called
     * @param count how many there are in a sample
     */
    static Unit eachShared(String what, int count) {
        return new Unit("ns/" + what, count, Optional.empty());
    }
}
