package io.ebpf4j.metrics;

import java.util.Set;

/** From C names to metric names. */
final class Naming {
    /** The last words that the Prometheus text format keeps for itself: it cuts them off, or the value with them. */
    private static final Set<String> RESERVED = Set.of("info", "bucket", "created");

    private Naming() {}

    /**
     * {@return the name of a metric}
     *
     * @param origin the map
     * @param field the value's flattened field, empty where the value has one number only
     * @param counter whether it is a counter, which may be called a total
     */
    static String metric(Origin origin, String field, boolean counter) {
        String base = words(origin.map().baseName());
        if (base.isEmpty()) {
            throw origin.error("there is no word in its name to call a metric by; rename it");
        }
        String words = field.isEmpty() ? base : base + "." + words(field);
        String last = words.substring(words.lastIndexOf('.') + 1);
        boolean reserved = RESERVED.contains(last) || (last.equals("total") && !counter);
        String name = "ebpf." + (reserved ? words + ".value" : words);
        if (OwnMeter.NAMES.contains(name)) {
            throw origin.error("its metric would be called " + name + ", like one of this library's own; rename it");
        }
        return name;
    }

    /** {@return a name as the strictest registries see it: two names that agree in this are one} */
    static String comparable(String name) {
        return name.replaceAll("[^A-Za-z0-9]+", "_");
    }

    private static String words(String name) {
        return name.replaceAll("[^A-Za-z0-9]+", ".").replaceAll("^\\.|\\.$", "");
    }
}
