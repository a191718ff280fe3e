package io.ebpf4j.internal.diagnose;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Linux, as far as features hang on it.
 *
 * @param major as 6 of 6.1
 * @param minor as 1 of 6.1
 */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {
    private static final Pattern RELEASE = Pattern
            .compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?(?:\\D.*)?", Pattern.DOTALL);
    private static final int LARGEST_PATCH = 255;
    private static final Comparator<KernelVersion> ORDER = Comparator.comparingInt(KernelVersion::major)
            .thenComparingInt(KernelVersion::minor);

    /** {@return the version in what {@code uname -r} says, as {@code 6.1.0-56-amd64}; nothing when there is none} */
    public static Optional<KernelVersion> parse(String release) {
        Matcher matcher = RELEASE.matcher(release.strip());
        return matcher.matches()
                ? Optional.of(new KernelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /**
     * {@return {@code LINUX_VERSION_CODE}, which kernels before 5.0 want to see in kprobes; 0 when there is none}
     *
     * @param release what {@code uname -r} says
     */
    public static int code(String release) {
        Matcher matcher = RELEASE.matcher(release.strip());
        return matcher.matches() && matcher.group(3) != null
                ? (Integer.parseInt(matcher.group(1)) << 16) + (Integer.parseInt(matcher.group(2)) << 8)
                        + Math.min(LARGEST_PATCH, Integer.parseInt(matcher.group(3)))
                : 0;
    }

    /** {@return a version that this library knows} */
    static KernelVersion of(String known) {
        return parse(known).orElseThrow(() -> new IllegalArgumentException(known));
    }

    boolean isBefore(KernelVersion other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(KernelVersion other) {
        return ORDER.compare(this, other);
    }

    /** {@return {@code 6.1}} */
    @Override
    public String toString() {
        return major + "." + minor;
    }
}
