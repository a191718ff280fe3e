package io.ebpf4j.attach;

import java.util.List;
import java.util.Optional;

/** A pattern, or else names or places with a cookie each. */
final class Selection {
    private static final int SHOWN = 3;

    private Selection() {}

    static void check(Optional<String> pattern, List<?> chosen, List<Long> cookies) {
        pattern.ifPresent(text -> Checks.name(text, "pattern"));
        if (pattern.isPresent() != chosen.isEmpty()) {
            throw new IllegalArgumentException("either a pattern or functions, not " + text(pattern, chosen));
        }
        chosen.forEach(one -> Checks.name(String.valueOf(one), "function"));
        if (!cookies.isEmpty() && cookies.size() != chosen.size()) {
            throw new IllegalArgumentException(cookies.size() + " cookies for " + chosen.size()
                    + " functions; name the functions, and give each one");
        }
    }

    static String text(Optional<String> pattern, List<?> chosen) {
        String names = chosen.size() > SHOWN
                ? chosen.subList(0, SHOWN) + " and " + (chosen.size() - SHOWN) + " more"
                : chosen.toString();
        return pattern.map(text -> chosen.isEmpty() ? text : text + " and " + names).orElse(names);
    }
}
