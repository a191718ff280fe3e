package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.libbpf.LibbpfLog;
import io.ebpf4j.libbpf.LibbpfLog.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What libbpf printed during one call, captured at {@link Level#WARN}; the verifier's log is among it. */
final class LibbpfMessages implements LibbpfLog.Sink {
    private static final Pattern PREFIX = Pattern.compile("^libbpf: ");
    private static final Pattern FUNCTION = Pattern.compile("prog '(?<function>[^']*)': $");
    private static final String BEGIN = "-- BEGIN PROG LOAD LOG --\n";
    private static final String END = "-- END PROG LOAD LOG --";
    /**
     * libbpf guesses so on each EPERM of root with some limit, whatever the kernel; where the limit does count, the
     * failure says it itself.
     */
    private static final String GUESS = "permission error while running as root; try raising 'ulimit -l'?";

    private final List<String> warnings = new ArrayList<>();

    /** What the verifier said of one function. */
    record Rejected(String function, String log) {}

    @Override
    public void message(Level level, String text) {
        warnings.add(text);
    }

    /** {@return the log of the function that was rejected; whole, for libbpf doubles its buffer until all of it fits} */
    Optional<Rejected> rejected() {
        for (String warning : warnings) {
            int begin = warning.indexOf(BEGIN);
            int end = warning.lastIndexOf(END);
            if (begin >= 0 && end >= begin + BEGIN.length()) {
                Matcher function = FUNCTION.matcher(warning.substring(0, begin));
                String log = warning.substring(begin + BEGIN.length(), end);
                if (function.find() && !log.isBlank()) {
                    return Optional.of(new Rejected(function.group("function"), log));
                }
            }
        }
        return Optional.empty();
    }

    /** {@return all warnings in one line, without the prefix that each has} Of a log that is among them, the last line. */
    String summary() {
        List<String> lines = warnings.stream().map(warning -> PREFIX.matcher(warning).replaceFirst("").strip())
                .filter(warning -> !warning.isEmpty() && !warning.startsWith(GUESS)).map(LibbpfMessages::oneLine)
                .toList();
        return lines.isEmpty() ? "libbpf gave no reason" : String.join("; ", lines);
    }

    private static String oneLine(String warning) {
        if (warning.indexOf('\n') < 0) {
            return warning;
        }
        List<String> lines = warning.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        boolean ends = lines.size() > 2 && lines.getLast().startsWith("-- END");
        return lines.getFirst() + " .. " + lines.get(lines.size() - (ends ? 2 : 1));
    }

    /** Forgets what was said so far. */
    void clear() {
        warnings.clear();
    }

    /** {@return all warnings as they are} */
    String text() {
        return String.join("\n", warnings);
    }

    /** {@return a matcher over all warnings, to be asked for what it finds} */
    Matcher find(Pattern pattern) {
        return pattern.matcher(text());
    }
}
