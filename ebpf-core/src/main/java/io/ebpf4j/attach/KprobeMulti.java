package io.ebpf4j.attach;

import java.util.List;
import java.util.Optional;

/**
 * Many functions of the kernel at once, {@code kprobe.multi}; Linux 5.18 with CONFIG_FPROBE.
 *
 * @param pattern those whose names match, with {@code *} and {@code ?}; or empty
 * @param functions their names, where there is no pattern
 * @param cookies one for each function, or none
 * @param onReturn whether they are hooked where they return
 */
public record KprobeMulti(Optional<String> pattern, List<String> functions, List<Long> cookies, boolean onReturn)
        implements
            AttachTarget {
    /** Checks that it is either a pattern or names. */
    public KprobeMulti {
        functions = List.copyOf(functions);
        cookies = List.copyOf(cookies);
        Selection.check(pattern, functions, cookies);
    }

    /**
     * {@return all functions that match}
     *
     * @param pattern with {@code *} and {@code ?}
     */
    public static KprobeMulti matching(String pattern) {
        return new KprobeMulti(Optional.of(pattern), List.of(), List.of(), false);
    }

    /**
     * {@return these functions}
     *
     * @param functions their names
     */
    public static KprobeMulti of(List<String> functions) {
        return new KprobeMulti(Optional.empty(), functions, List.of(), false);
    }

    /** {@return the same where they return} */
    public KprobeMulti onReturns() {
        return new KprobeMulti(pattern, functions, cookies, true);
    }

    /**
     * {@return the same with cookies}
     *
     * @param values one for each function
     */
    public KprobeMulti withCookies(List<Long> values) {
        return new KprobeMulti(pattern, functions, values, onReturn);
    }

    @Override
    public String description() {
        return (onReturn ? "kretprobe.multi " : "kprobe.multi ") + Selection.text(pattern, functions);
    }
}
