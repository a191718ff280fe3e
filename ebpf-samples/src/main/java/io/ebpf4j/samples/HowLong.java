package io.ebpf4j.samples;

import java.time.Duration;

/** The one argument of the small samples: after how many seconds to end. */
final class HowLong {
    private static final Duration UNTIL_INTERRUPTED = Duration.ofDays(365);

    private HowLong() {}

    static Duration of(String[] arguments) {
        return arguments.length == 0 ? UNTIL_INTERRUPTED : Duration.ofSeconds(Long.parseLong(arguments[0]));
    }
}
