package io.ebpf4j.internal.spec;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.Output;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a map's marks ask for. In code that is {@code SEC(".maps.counter")}, or the declaration tag
 * {@code bpf.export:counter}, or a name that begins with {@code counter_}. Two that disagree are an error, for either
 * could be the slip of the pen.
 */
final class Marks {
    private static final String TAG = "bpf.export:";

    private record Mark(String text, Output output) {}

    private Marks() {}

    static Optional<Output> of(String where, String mapName, String section, List<String> declTags) {
        List<Mark> marks = new ArrayList<>();
        for (String tag : declTags) {
            if (tag.startsWith(TAG)) {
                String label = tag.substring(TAG.length());
                marks.add(new Mark("the declaration tag \"" + tag + "\"", known(label, where, "declaration tag", tag)));
            }
        }
        if (MapSections.isMarked(section)) {
            String label = MapSections.suffix(section);
            marks.add(new Mark("the section " + section, known(label, where, "section", section)));
        }
        Output.ofPrefix(mapName).ifPresent(output -> marks.add(new Mark("the name " + mapName, output)));
        for (Mark mark : marks) {
            if (mark.output() != marks.getFirst().output()) {
                throw new ObjectFileException(where + ": " + marks.getFirst().text() + " asks for output "
                        + marks.getFirst().output() + ", but " + mark.text() + " asks for " + mark.output()
                        + "; keep one");
            }
        }
        return marks.isEmpty() ? Optional.empty() : Optional.of(marks.getFirst().output());
    }

    private static Output known(String label, String where, String what, String mark) {
        List<String> known = Arrays.stream(Output.values()).map(Output::label).toList();
        return Output.of(label).orElseThrow(() -> new ObjectFileException(where + ": " + what + " '" + mark
                + "' asks for an output '" + label + "' that does not exist" + Suggestion.of(label, known)
                + "; there are "
                + String.join(", ", known)));
    }
}
