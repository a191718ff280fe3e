package io.ebpf4j.internal.diagnose;

import io.ebpf4j.VerifierException.Cause;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the verifier printed of a function that it rejected, read from its end: a log can have a hundred megabytes, and why
 * is said last.
 *
 * <pre>
 *   log         = line* message+ report? statistics?
 *   line        = instruction | state | source | noise
 *   instruction = number ": (" opcode ") " text            what was looked at last is where it went wrong
 *   source      = "; " text [" @ " file ":" number]        the file since Linux 6.9
 *   report      = "Verification failed: " ..               since Linux 7.3, see VerifierReport
 * </pre>
 *
 * @param messages the lines that say why, at most the last three
 * @param instruction the last instruction that it looked at
 * @param source what the log says of the source line that this is from
 * @param report the report of Linux 7.3 and later
 * @param callsNothing whether an instruction right before calls the function of number 0: what libbpf leaves of a weak
 * kernel function that is not there
 */
public record VerifierLog(List<String> messages, OptionalInt instruction, Optional<Annotation> source,
        Optional<VerifierReport> report, boolean callsNothing) {
    private static final int MOST_MESSAGES = 3;
    /** A log without any instruction is searched no further than this: some kernels print a line for each function. */
    private static final int MOST_LINES = 100_000;

    private static final Pattern INSTRUCTION = Pattern.compile("(\\d+): (?:\\([0-9a-f]{2}\\) .*|<invalid .*)");
    private static final Pattern STATE = Pattern.compile("(?:from )?\\d+(?: to \\d+)?: .*|R\\d+[_a-z]*=.*");
    private static final Pattern SOURCE = Pattern.compile("; (?<text>.*?)(?: @ (?<file>[^@]+):(?<line>\\d+))?");
    private static final Pattern CALL_NOTHING = Pattern
            .compile("\\d+: \\(85\\) call (?:#0|unknown#0|bpf_unspec#0)\\b.*");
    /** What else is printed, and is no reason: statistics, states, what was given up to look at, what was only tried. */
    private static final Pattern NOISE = Pattern.compile("""
            (?:processed \\d+ insns|verification time|stack depth|insns processed|max_states_per_insn|mark_read\
            |cur state:|old state:|cur: |old: |mark_precise: |last_idx |regs=|parent (?:state|didn't)|func#\\d+ @\
            |propagating |falling back|frame ?\\d+: |caller:|callee:|returning from callee|to caller at|Func#\\d+ \
            |Validating .* func#|arg#\\d+ reference type|btf_vmlinux is malformed|BPF program load failed\
            |live regs before insn|Live regs before insn|safe\\b|backtracking|REG INVARIANTS|-- ).*""");

    /**
     * What a log says of a source line.
     *
     * @param text the line, without blanks around it
     * @param file its file; empty before Linux 6.9
     * @param line its number; 0 before Linux 6.9
     */
    public record Annotation(String text, String file, int line) {}

    /** Copies the list. */
    public VerifierLog {
        messages = List.copyOf(messages);
    }

    /**
     * {@return what a log says}
     *
     * @param text all of it; nothing in it is trusted
     */
    public static VerifierLog parse(String text) {
        Optional<VerifierReport> report = VerifierReport.find(text);
        var lines = new Backwards(text, report.map(VerifierReport::begin).orElse(text.length()));
        Deque<String> messages = new ArrayDeque<>();
        OptionalInt instruction = OptionalInt.empty();
        Optional<Annotation> source = Optional.empty();
        boolean callsNothing = false;
        for (int seen = 0; seen < MOST_LINES && lines.previous(); seen++) {
            String line = lines.line();
            if (line.isEmpty() || NOISE.matcher(line).matches()) {
                continue;
            }
            Matcher at = INSTRUCTION.matcher(line);
            if (at.matches()) {
                if (instruction.isEmpty()) {
                    instruction = number(at.group(1));
                } else {
                    callsNothing = CALL_NOTHING.matcher(line).matches();
                    break;
                }
                seen = 0;
            } else if (line.startsWith(";")) {
                Optional<Annotation> found = annotation(line);
                if (instruction.isPresent() && found.isPresent()) {
                    source = found;
                    callsNothing = lines.previous() && CALL_NOTHING.matcher(lines.line()).matches();
                    break;
                }
            } else if (instruction.isEmpty() && messages.size() < MOST_MESSAGES && !STATE.matcher(line).matches()) {
                messages.addFirst(line);
            }
        }
        if (source.isEmpty() && instruction.isPresent()) {
            source = sourceBefore(lines);
        }
        return new VerifierLog(List.copyOf(messages), instruction, source, report, callsNothing);
    }

    /** An annotation stands before the first instruction of its line, and again only after one of another line. */
    private static Optional<Annotation> sourceBefore(Backwards lines) {
        for (int seen = 0; seen < MOST_LINES && lines.previous(); seen++) {
            if (lines.line().startsWith(";")) {
                Optional<Annotation> found = annotation(lines.line());
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** {@return what is annotated; nothing for line 0, that of instructions which the compiler has from nowhere} */
    private static Optional<Annotation> annotation(String line) {
        Matcher matcher = SOURCE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String text = matcher.group("text").strip();
        String file = matcher.group("file");
        if (file == null) {
            return text.isEmpty() ? Optional.empty() : Optional.of(new Annotation(text, "", 0));
        }
        int number = number(matcher.group("line")).orElse(0);
        return number == 0 ? Optional.empty() : Optional.of(new Annotation(text, file, number));
    }

    private static OptionalInt number(String digits) {
        try {
            return OptionalInt.of(Integer.parseInt(digits));
        } catch (NumberFormatException e) {
            return OptionalInt.empty(); // over 2^31: no instruction and no line has such a number
        }
    }

    /** {@return why, in one line} */
    public String summary() {
        return report.map(VerifierReport::reason).filter(reason -> !reason.isEmpty()).orElseGet(
                () -> messages.isEmpty() ? "the verifier gave no reason" : String.join("; ", messages));
    }

    /** {@return why, as far as the words are known} */
    public Cause cause() {
        Cause cause = Causes.of(messages);
        if (callsNothing && (cause == Cause.UNINITIALIZED || cause == Cause.OTHER)) {
            return Cause.KERNEL_FUNCTION_MISSING;
        }
        return cause == Cause.OTHER ? report.map(Causes::of).orElse(cause) : cause;
    }

    /** Lines from the last to the first, with no copy of the text. */
    private static final class Backwards {
        private final String text;
        private int begin;
        private String line = "";

        Backwards(String text, int end) {
            this.text = text;
            this.begin = end + 1;
        }

        boolean previous() {
            int end = begin - 1;
            if (end < 0) {
                return false;
            }
            begin = text.lastIndexOf('\n', end - 1) + 1;
            line = text.substring(begin, Math.max(begin, end)).strip();
            return true;
        }

        String line() {
            return line;
        }
    }
}
