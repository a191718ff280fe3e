package io.ebpf4j.internal.kernel.live;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The kernel's way to write down CPUs, {@code 0-3,8}. */
final class CpuList {
    private CpuList() {}

    /** {@return the numbers} */
    static List<Integer> parse(String text) {
        return Stream.of(text.strip().split(",")).filter(range -> !range.isEmpty()).flatMap(range -> {
            String[] ends = range.split("-", 2);
            int first = Integer.parseInt(ends[0]);
            return IntStream.rangeClosed(first, ends.length == 1 ? first : Integer.parseInt(ends[1])).boxed();
        }).toList();
    }
}
