package io.ebpf4j.btf;

import io.ebpf4j.btf.BtfExt.LineInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The source lines of an object's code, sorted so that the one of an instruction is found fast. Immutable. */
public final class SourceLines {
    private final Map<String, List<LineInfo>> bySection = new HashMap<>();

    SourceLines(List<LineInfo> lines) {
        for (LineInfo line : lines) {
            bySection.computeIfAbsent(line.section(), section -> new ArrayList<>()).add(line);
        }
        // The sort is stable, so that of two records for a place the first in the file comes first here as well.
        bySection.replaceAll((section, unsorted) -> {
            unsorted.sort(Comparator.comparingLong(LineInfo::offset));
            return List.copyOf(unsorted);
        });
    }

    /**
     * {@return the records of a section in the order of their offsets; of some at the same offset, in that of the file}
     *
     * @param section the name of the ELF section
     */
    public List<LineInfo> in(String section) {
        return bySection.getOrDefault(section, List.of());
    }

    /**
     * {@return the source line of an instruction: that of the last record at or before it; of some at the same offset, the
     * first in the file}
     *
     * @param section the name of the ELF section
     * @param offset the instruction's offset there in bytes
     */
    public Optional<LineInfo> at(String section, long offset) {
        List<LineInfo> lines = in(section);
        int last = firstAfter(lines, offset) - 1;
        return last < 0 ? Optional.empty() : Optional.of(lines.get(firstAfter(lines, lines.get(last).offset() - 1)));
    }

    private static int firstAfter(List<LineInfo> lines, long offset) {
        int low = 0;
        int high = lines.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (lines.get(middle).offset() > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
