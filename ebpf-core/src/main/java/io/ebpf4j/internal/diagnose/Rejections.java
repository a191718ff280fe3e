package io.ebpf4j.internal.diagnose;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.VerifierException;
import io.ebpf4j.VerifierException.Cause;
import io.ebpf4j.VerifierException.Rejection;
import io.ebpf4j.VerifierException.SourceLine;
import io.ebpf4j.insn.CodeElement;
import io.ebpf4j.insn.Symbol;
import io.ebpf4j.internal.spec.Suggestion;
import io.ebpf4j.libbpf.Errno;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From a verifier's log, and the object that it is about, to the exception. */
public final class Rejections {
    private static final Pattern HELPER_NUMBER = Pattern.compile("invalid func (?:unknown|bpf_\\w+)#(\\d+)");
    private static final Pattern HELPER_NAME = Pattern.compile("(?:helper|func) (bpf_\\w+)#(\\d+)");

    private Rejections() {}

    /**
     * {@return what to throw}
     *
     * @param spec the object
     * @param function the rejected function
     * @param log everything that the verifier printed
     * @param errno positive
     * @param kernel the running kernel's types, for names that were probably meant
     */
    public static VerifierException explain(ProgramSpec spec, String function, String log, int errno,
            KernelTypes kernel) {
        VerifierLog read = VerifierLog.parse(log);
        Cause cause = read.cause();
        Optional<SourceLine> source = source(spec, function, read, cause);
        String summary = summary(spec, function, read, cause);
        String hint = read.report().map(VerifierReport::suggestion).filter(text -> !text.isEmpty())
                .orElseGet(() -> hint(spec, function, read, cause, kernel));
        OptionalInt instruction = read.report().map(VerifierReport::instruction).filter(OptionalInt::isPresent)
                .orElse(read.instruction());
        String message = spec.name() + ": the kernel's verifier rejects function '" + function + "': "
                + withoutStop(summary)
                + source.map(line -> ", at " + line).orElse("") + "; " + withoutStop(hint) + " ("
                + Errno.describe(errno)
                + "; the whole log is in log())";
        return new VerifierException(message, errno, new Rejection(function, log, summary, cause, hint,
                instruction.orElse(-1), source.orElse(null)));
    }

    /** What the kernel suggests since Linux 7.3 are whole sentences. */
    private static String withoutStop(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static Optional<SourceLine> source(ProgramSpec spec, String function, VerifierLog log, Cause cause) {
        Optional<SourceLine> source = SourceLines.find(spec, function, log);
        if (cause != Cause.FIELD_MISSING || log.instruction().isEmpty()) {
            return source;
        }
        return MissingField.find(spec, function, log).map(MissingField::firstMember)
                .filter(field -> !field.isEmpty() && source.stream().noneMatch(line -> line.text().contains(field)))
                .flatMap(field -> SourceLines.naming(spec, function, log.instruction().getAsInt(), field))
                .or(() -> source);
    }

    /** Where the verifier saw but a number that libbpf put in, the name is more than its words. */
    private static String summary(ProgramSpec spec, String function, VerifierLog log, Cause cause) {
        Optional<String> named = switch (cause) {
            case FIELD_MISSING -> MissingField.find(spec, function, log).map(field -> "the kernel has no " + field);
            case KERNEL_FUNCTION_MISSING -> symbol(spec, function, log, Symbol.Kind.EXTERN)
                    .map(name -> "the kernel has no function " + name + "()");
            case MAP_MISSING -> symbol(spec, function, log, Symbol.Kind.MAP)
                    .map(name -> "map '" + name + "' was not created");
            case HELPER_UNKNOWN -> helperNumber(log).flatMap(HelperVersions::name)
                    .map(name -> "the kernel has no helper " + name + "()");
            // the verifier's words stand as they are
            case UNCHECKED_NULL, MAP_VALUE_BOUNDS, PACKET_BOUNDS, STACK_BOUNDS, MEMORY_BOUNDS, UNBOUNDED_NUMBER,
                    UNINITIALIZED, FOREIGN_POINTER, POINTER_ARITHMETIC, ENDLESS_LOOP, TOO_COMPLEX, HELPER_NOT_ALLOWED,
                    LICENSE, TARGET, CONTEXT_ACCESS, STACK_TOO_BIG, RETURN_VALUE, MAY_SLEEP, REFERENCE_LEAK, LOCK,
                    ARGUMENT,
                    MISALIGNED, READ_ONLY, OTHER ->
                Optional.empty();
        };
        return named.orElseGet(log::summary);
    }

    private static String hint(ProgramSpec spec, String function, VerifierLog log, Cause cause, KernelTypes kernel) {
        Optional<String> special = switch (cause) {
            case FIELD_MISSING -> MissingField.find(spec, function, log)
                    .map(field -> Registers.foreign(field, System.getProperty("os.arch", ""))
                            .orElseGet(() -> field(field, kernel) + cause.hint()));
            case HELPER_UNKNOWN -> helperNumber(log).flatMap(HelperVersions::since)
                    .map(since -> "it came with Linux " + since + "; " + cause.hint());
            case HELPER_NOT_ALLOWED -> helperName(log).flatMap(HelperVersions::restriction);
            case UNCHECKED_NULL, MAP_VALUE_BOUNDS, PACKET_BOUNDS, STACK_BOUNDS, MEMORY_BOUNDS, UNBOUNDED_NUMBER,
                    UNINITIALIZED, FOREIGN_POINTER, POINTER_ARITHMETIC, ENDLESS_LOOP, TOO_COMPLEX, LICENSE,
                    KERNEL_FUNCTION_MISSING, MAP_MISSING, TARGET, CONTEXT_ACCESS, STACK_TOO_BIG, RETURN_VALUE,
                    MAY_SLEEP,
                    REFERENCE_LEAK, LOCK, ARGUMENT, MISALIGNED, READ_ONLY, OTHER ->
                Optional.empty();
        };
        return special.orElse(cause.hint());
    }

    private static String field(MissingField missing, KernelTypes kernel) {
        Optional<List<String>> members = kernel.members(missing.typeName());
        if (members.isEmpty()) {
            return "it has no " + missing.type() + " at all; ";
        }
        String near = Suggestion.of(missing.firstMember(), members.get());
        return near.isEmpty() ? "" : near.strip().replaceAll("^\\(|\\)$", "") + "; ";
    }

    /** {@return what the instruction that was rejected, or the call right before it, refers to} */
    private static Optional<String> symbol(ProgramSpec spec, String function, VerifierLog log, Symbol.Kind kind) {
        if (log.instruction().isEmpty()) {
            return Optional.empty();
        }
        int last = log.instruction().getAsInt();
        try {
            return spec.code(function).flatMap(code -> code.elements().stream()
                    .filter(element -> element.index() <= last && element.index() >= last - 1)
                    .map(CodeElement::symbol).flatMap(Optional::stream).filter(symbol -> symbol.kind() == kind)
                    .map(Symbol::name).reduce((_, second) -> second));
        } catch (ObjectFileException e) {
            return Optional.empty(); // damaged relocations are not what the kernel has complained of
        }
    }

    private static Optional<Integer> helperNumber(VerifierLog log) {
        Matcher matcher = HELPER_NUMBER.matcher(String.join("\n", log.messages()));
        try {
            return matcher.find() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> helperName(VerifierLog log) {
        Matcher matcher = HELPER_NAME.matcher(String.join("\n", log.messages()));
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
