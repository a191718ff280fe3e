package io.ebpf4j.internal.diagnose;

import io.ebpf4j.VerifierException.SourceLine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Linux 7.3 and later print behind the old log: {@code kernel/bpf/diagnostics.c}. Texts are wrapped at 100 columns and
 * indented by two.
 *
 * <pre>
 * Verification failed: Register Type Safety: Unreadable register
 *
 * Reason:
 *   R7 has never been initialized on this path, so the verifier cannot use it as an input.
 *
 * At:
 *   unset @ broken.bpf.c:11:2                     or, without line info:  insn 0
 *   Source context:
 *   &gt;&gt;&gt; 11 |         asm volatile("%0 = r7" : "=r"(result));
 *          |         ^-- error: R7 is not readable
 *   Instruction context:
 *   &gt;&gt;&gt; 0 | (bf) r0 = r7
 *
 * Causal path:
 *   ..
 *
 * Suggestion:
 *   Initialize R7 on every path before this instruction.
 * </pre>
 *
 * @param begin where it begins in the log
 * @param category what kind of safety it is about
 * @param problem what is wrong with that; may be empty
 * @param reason why, in one line
 * @param suggestion what to do, in one line; may be empty
 * @param instruction where
 * @param source where in the source
 */
public record VerifierReport(int begin, String category, String problem, String reason, String suggestion,
        OptionalInt instruction, Optional<SourceLine> source) {
    private static final String HEADER = "Verification failed: ";
    private static final Pattern SECTION = Pattern.compile("(Reason|At|Causal path|Suggestion):");
    private static final Pattern PLACE = Pattern.compile("(?:\\S+ @ )?(?<file>\\S.*):(?<line>\\d{1,9}):\\d+");
    private static final Pattern BARE_PLACE = Pattern.compile("insn (\\d{1,9})");
    private static final Pattern SOURCE = Pattern.compile(">>> *\\d+ \\| (?<text>.*)");
    private static final Pattern INSTRUCTION = Pattern.compile(">>> *(\\d{1,9}) \\| \\([0-9a-f]{2}\\) .*");

    /** {@return the last report in a log, if there is one} */
    static Optional<VerifierReport> find(String log) {
        int begin = log.lastIndexOf("\n" + HEADER) + 1;
        return begin == 0 && !log.startsWith(HEADER) ? Optional.empty() : Optional.of(read(log, begin));
    }

    private static VerifierReport read(String log, int begin) {
        Map<String, List<String>> sections = sections(log.substring(begin));
        String[] title = String.join("", sections.getOrDefault("", List.of())).substring(HEADER.length()).split(": ",
                2);
        List<String> at = sections.getOrDefault("At", List.of());
        return new VerifierReport(begin, title[0], title.length > 1 ? title[1] : "", text(sections, "Reason"),
                text(sections, "Suggestion"), instruction(at), source(at));
    }

    /** The lines of each section, stripped; the header is in a section without a name. */
    private static Map<String, List<String>> sections(String report) {
        Map<String, List<String>> sections = new HashMap<>();
        String current = "";
        for (String line : report.lines().toList()) {
            Matcher begins = SECTION.matcher(line);
            if (begins.matches() && !sections.containsKey(begins.group(1))) {
                current = begins.group(1);
            } else if (!line.isEmpty() && !line.startsWith(" ") && !line.startsWith(HEADER)) {
                break; // the statistics
            } else if (!line.isBlank()) {
                sections.merge(current, List.of(line.strip()), VerifierReport::joined);
            }
        }
        return sections;
    }

    private static List<String> joined(List<String> a, List<String> b) {
        return Stream.concat(a.stream(), b.stream()).toList();
    }

    private static String text(Map<String, List<String>> sections, String name) {
        return sections.getOrDefault(name, List.of()).stream().collect(Collectors.joining(" "));
    }

    private static OptionalInt instruction(List<String> at) {
        for (Pattern pattern : List.of(BARE_PLACE, INSTRUCTION)) {
            for (String line : at) {
                Matcher matcher = pattern.matcher(line);
                if (matcher.matches()) {
                    return OptionalInt.of(Integer.parseInt(matcher.group(1)));
                }
            }
        }
        return OptionalInt.empty();
    }

    private static Optional<SourceLine> source(List<String> at) {
        for (String line : at) {
            Matcher place = PLACE.matcher(line);
            if (place.matches()) {
                return Optional.of(new SourceLine(place.group("file"), Integer.parseInt(place.group("line")),
                        at.stream().map(SOURCE::matcher).filter(Matcher::matches).findFirst()
                                .map(matcher -> matcher.group("text").strip()).orElse("")));
            }
        }
        return Optional.empty();
    }
}
