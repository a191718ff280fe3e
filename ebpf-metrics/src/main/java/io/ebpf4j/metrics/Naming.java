package io.ebpf4j.metrics;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** From C names to metric names. */
final class Naming {
    /** The last words that the Prometheus text format keeps for itself: it cuts them off, or the value with them. */
    private static final Set<String> RESERVED = Set.of("info", "bucket", "created");
    private static final Pattern RESERVED_END = Pattern.compile("(_(total|" + String.join("|", RESERVED) + "))+$");
    private static final Pattern PUNCTUATION = Pattern.compile("[^A-Za-z0-9]+");

    private Naming() {}

    /**
     * {@return a metric}
     *
     * @param origin the map
     * @param field the value's flattened field, empty where the value has one number only
     * @param kind its type; a counter may be called a total
     * @param unit the unit of its values
     */
    static Metric metric(Origin origin, String field, Metric.Kind kind, Optional<String> unit) {
        String base = words(origin.map().baseName());
        if (base.isEmpty()) {
            throw origin.error("there is no word in its name to call a metric by; rename it");
        }
        String words = field.isEmpty() ? base : base + "." + words(field);
        String last = words.substring(words.lastIndexOf('.') + 1);
        boolean reserved = RESERVED.contains(last) || (last.equals("total") && kind != Metric.Kind.COUNTER);
        var metric = new Metric(kind, "ebpf." + (reserved ? words + ".value" : words), unit);
        for (OwnMeter own : OwnMeter.values()) {
            if (metric.isOneWith(own.metric())) {
                throw origin.error("its metric " + metric.name() + " would be one with this library's own "
                        + own.metric().name() + "; rename it");
            }
        }
        return metric;
    }

    /** {@return a name as the strictest registries see it: two names that agree in this are one} */
    static String comparable(String name) {
        return PUNCTUATION.matcher(name).replaceAll("_");
    }

    /** {@return a comparable name without the words at its end that a Prometheus registry cuts off} */
    static String withoutReserved(String comparable) {
        return RESERVED_END.matcher(comparable).replaceFirst("");
    }

    private static String words(String name) {
        return PUNCTUATION.matcher(name).replaceAll(".").replaceAll("^\\.|\\.$", "");
    }
}
