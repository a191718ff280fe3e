package io.ebpf4j.metrics;

import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import java.util.Objects;

/**
 * How maps become meters. Immutable.
 *
 * @param minRefresh how old a table's snapshot may get before a read of one of its meters makes a new one
 * @param maxSeries how many label sets a map may have; more are folded into one (counters) or left out (gauges)
 * @param linger how long a series stays readable after its row left the map; no shorter than the step of a registry
 * that pushes, or its last value may never be sent
 * @param clock what tells the time; only its monotonic time is read
 */
public record ExportOptions(Duration minRefresh, int maxSeries, Duration linger, Clock clock) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when a duration is negative or {@code maxSeries} is below 1
     */
    public ExportOptions {
        Objects.requireNonNull(clock);
        if (minRefresh.isNegative() || linger.isNegative()) {
            throw new IllegalArgumentException(
                    "minRefresh and linger must not be negative: " + minRefresh + ", " + linger);
        }
        if (maxSeries < 1) {
            throw new IllegalArgumentException("maxSeries must be at least 1: " + maxSeries);
        }
    }

    /** {@return a snapshot at most every 500 ms, 2000 series a map, one minute of linger, the system's clock} */
    public static ExportOptions defaults() {
        return new ExportOptions(Duration.ofMillis(500), 2000, Duration.ofMinutes(1), Clock.SYSTEM);
    }

    /**
     * {@return these options with another refresh interval}
     *
     * @param minRefresh how old a snapshot may get; zero reads the kernel for every single value
     */
    public ExportOptions withMinRefresh(Duration minRefresh) {
        return new ExportOptions(minRefresh, maxSeries, linger, clock);
    }

    /**
     * {@return these options with another cap}
     *
     * @param maxSeries how many label sets a map may have
     */
    public ExportOptions withMaxSeries(int maxSeries) {
        return new ExportOptions(minRefresh, maxSeries, linger, clock);
    }

    /**
     * {@return these options with another linger}
     *
     * @param linger how long a series stays after its row left
     */
    public ExportOptions withLinger(Duration linger) {
        return new ExportOptions(minRefresh, maxSeries, linger, clock);
    }

    /**
     * {@return these options with another clock}
     *
     * @param clock what tells the time
     */
    public ExportOptions withClock(Clock clock) {
        return new ExportOptions(minRefresh, maxSeries, linger, clock);
    }
}
