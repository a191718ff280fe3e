package io.ebpf4j.internal.spec;

import io.ebpf4j.SectionKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds what a section says in libbpf's table: {@code find_sec_def} of libbpf.c, without handlers of one's own. */
public final class Sections {
    private static final Map<String, SectionKind> BY_NAME = SectionTable.ROWS.stream()
            .collect(Collectors.toUnmodifiableMap(SectionKind::name, Function.identity()));

    private static final int LONGEST_NAME = BY_NAME.keySet().stream().mapToInt(String::length).max().orElseThrow();

    private Sections() {}

    /** {@return all rows, in libbpf's order} */
    public static List<SectionKind> all() {
        return SectionTable.ROWS;
    }

    /** {@return the row that matches} No two do, for none that takes a target is the beginning of another up to a slash. */
    public static Optional<SectionKind> find(String section) {
        SectionKind exact = BY_NAME.get(section);
        // No further than any name goes: a section's can be a megabyte of slashes.
        for (int slash = section.indexOf('/'); exact == null && slash >= 0
                && slash <= LONGEST_NAME; slash = section.indexOf('/', slash + 1)) {
            SectionKind kind = BY_NAME.get(section.substring(0, slash));
            exact = kind != null && kind.takesTarget() ? kind : null;
        }
        return Optional.ofNullable(exact);
    }

    /**
     * {@return what to do about a section that the libbpf in use does not know: update it, or spell the section otherwise}
     *
     * @param section what {@code SEC(..)} says
     */
    public static String advice(String section) {
        Optional<SectionKind> known = find(section);
        if (known.isPresent()) {
            return "; libbpf " + known.get().since() + " brought it, update libbpf";
        }
        int slash = section.indexOf('/');
        String first = slash < 0 ? section : section.substring(0, slash);
        // Behind the slash is part of the name in some kinds and the user's own word in the others.
        String near = Suggestion.of(section, names(name -> name.indexOf('/') >= 0));
        if (near.isEmpty()) {
            near = Suggestion.of(first, names(name -> name.indexOf('/') < 0));
        }
        return (BY_NAME.containsKey(first) ? "; nothing but '" + first + "' itself is one" : "") + near;
    }

    private static List<String> names(Predicate<String> which) {
        return BY_NAME.keySet().stream().filter(which).sorted().toList();
    }
}
