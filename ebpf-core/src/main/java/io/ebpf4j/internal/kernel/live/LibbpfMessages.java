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
    private static final Pattern LOG = Pattern.compile(
            "prog '(?<function>[^']*)': -- BEGIN PROG LOAD LOG --\\n(?<log>.*)-- END PROG LOAD LOG --", Pattern.DOTALL);
    /** What the verifier says after the reason. */
    private static final Pattern STATISTICS = Pattern.compile(
            "((cur|old) state:|processed \\d+ insns|verification time|stack depth|insns processed|max_states|mark_read).*");

    private final List<String> warnings = new ArrayList<>();

    /** What the verifier said of one function. */
    record VerifierLog(String function, String text) {
        /** {@return the last line that says why} */
        String reason() {
            List<String> lines = text.lines().map(String::strip)
                    .filter(line -> !line.isEmpty() && !STATISTICS.matcher(line).matches()).toList();
            return lines.isEmpty() ? "no reason given" : lines.getLast();
        }
    }

    @Override
    public void message(Level level, String text) {
        warnings.add(text);
    }

    /** {@return the log of the function that was rejected} */
    Optional<VerifierLog> verifierLog() {
        for (String warning : warnings) {
            Matcher matcher = LOG.matcher(warning);
            if (matcher.find() && !matcher.group("log").isBlank()) {
                return Optional.of(new VerifierLog(matcher.group("function"), matcher.group("log")));
            }
        }
        return Optional.empty();
    }

    /** {@return all warnings in one line, without the prefix that each has} */
    String summary() {
        return warnings.isEmpty()
                ? "libbpf gave no reason"
                : String.join("; ", warnings.stream().map(w -> w.replaceFirst("^libbpf: ", "").strip()).toList());
    }

    /** Forgets what was said so far. */
    void clear() {
        warnings.clear();
    }

    /** {@return a matcher over all warnings, to be asked for what it finds} */
    Matcher find(Pattern pattern) {
        return pattern.matcher(String.join("\n", warnings));
    }
}
