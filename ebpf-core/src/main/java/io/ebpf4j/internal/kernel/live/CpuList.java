package io.ebpf4j.internal.kernel.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The kernel's way to write down CPUs, {@code 0-3,8}. */
public final class CpuList {
    private static final Path POSSIBLE = Path.of("/sys/devices/system/cpu/possible");
    private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");

    private CpuList() {}

    /** {@return the CPUs that run now} */
    static List<Integer> online() {
        try {
            return parse(Files.readString(ONLINE));
        } catch (IOException e) {
            throw new UncheckedIOException(ONLINE + ": cannot be read: " + e, e);
        }
    }

    /** {@return whether the CPUs that there may be are numbered from 0 on, as nearly everywhere; not where nobody knows} */
    public static boolean isPossibleWithoutGaps() {
        try {
            List<Integer> possible = parse(Files.readString(POSSIBLE));
            return !possible.isEmpty() && possible.getLast() == possible.size() - 1;
        } catch (IOException e) {
            return false;
        }
    }

    /** {@return the numbers} */
    static List<Integer> parse(String text) {
        return Stream.of(text.strip().split(",")).filter(range -> !range.isEmpty()).flatMap(range -> {
            String[] ends = range.split("-", 2);
            int first = Integer.parseInt(ends[0]);
            return IntStream.rangeClosed(first, ends.length == 1 ? first : Integer.parseInt(ends[1])).boxed();
        }).toList();
    }
}
