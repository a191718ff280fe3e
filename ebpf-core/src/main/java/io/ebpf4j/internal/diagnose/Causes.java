package io.ebpf4j.internal.diagnose;

import io.ebpf4j.VerifierException.Cause;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which words of the verifier mean what, from Linux 5.4 to 7.3. The first that is found counts, so what says more stands
 * first.
 */
final class Causes {
    private static final List<Rule> RULES = List.of(
            rule(Cause.FIELD_MISSING, "failed to resolve CO-RE relocation|unknown#195896080"),
            rule(Cause.MAP_MISSING, "is referenced but wasn't created|unknown#2001\\d{6}"),
            rule(Cause.KERNEL_FUNCTION_MISSING, "kfunc '.*' is referenced but wasn't resolved|unknown#2002\\d{6}"
                    + "|calling kernel function .* is not allowed"),
            rule(Cause.TARGET, "is not a global function|^Subprog \\S+ doesn't exist|\\(\\) has \\d+ args while "
                    + "|^Return type .* of \\S+\\(\\) doesn't match|^arg\\d+ in \\S+\\(\\) |^Cannot replace "
                    + "|^Cannot extend |^Cannot recursively attach"),
            rule(Cause.HELPER_UNKNOWN, "invalid func unknown#\\d+|invalid func bpf_unspec"),
            rule(Cause.HELPER_NOT_ALLOWED, "program of this type cannot use helper|unknown func bpf_"
                    + "|helper call is not allowed in probe"),
            rule(Cause.LICENSE, "GPL[- ](?:restricted|only) function|must be GPL compatible"),
            rule(Cause.MAY_SLEEP, "might sleep|sleepable (?:helper|kfunc)|in a non-sleepable"
                    + "|cannot be called from .*(?:rcu|preempt|irq)|Sleepable programs can only"),
            rule(Cause.LOCK, "bpf_spin_lock|bpf_spin_unlock|lock is held|while holding a lock|lock-ed region"
                    + "|missing bpf_spin_unlock"),
            rule(Cause.REFERENCE_LEAK, "Unreleased reference|reference leak|reference has not been acquired"
                    + "|BPF_EXIT instruction .*would lead"),
            rule(Cause.STACK_TOO_BIG, "combined stack size|stack (?:size|depth) .*(?:too large|exceeds)"
                    + "|tail_calls are not allowed when call stack"),
            rule(Cause.ENDLESS_LOOP, "infinite loop detected|back-edge from insn|loop detected"),
            rule(Cause.TOO_COMPLEX, "program is too large|too complex|too many (?:states|instructions)"),
            rule(Cause.UNCHECKED_NULL, "(?:mem access|null-check|arithmetic on|dereference).*_or_null"
                    + "|_or_null' prohibited|null-check it first|may be NULL|Possibly NULL pointer|type=\\S*_or_null"),
            rule(Cause.RETURN_VALUE, "At program exit|At subprogram exit|At (?:async )?callback return"
                    + "|R0 (?:has value|has smin).*should have been"),
            rule(Cause.UNINITIALIZED, "!read_ok|uninit|never been initialized"
                    + "|invalid (?:indirect )?read from stack (?:R\\d+ )?(?:var_)?off -?\\d+\\+"),
            rule(Cause.MISALIGNED, "^misaligned "),
            rule(Cause.STACK_BOUNDS, "(?:read from|write to|access to) stack|invalid stack"),
            rule(Cause.PACKET_BOUNDS, "invalid access to packet|outside of the packet"),
            rule(Cause.MAP_VALUE_BOUNDS, "invalid access to map (?:value|key)"),
            rule(Cause.UNBOUNDED_NUMBER, "unbounded|min value is negative|max value is outside"
                    + "|use unsigned or|R\\d+ invalid zero-sized read"),
            rule(Cause.MEMORY_BOUNDS, "invalid access to memory|outside of the allowed memory range|access beyond"),
            rule(Cause.READ_ONLY, "write into map forbidden|cannot write into|only read is supported|rdonly"),
            rule(Cause.FOREIGN_POINTER, "invalid mem access '(?:scalar|inv|mem|untrusted_ptr_|ptr_|rcu_ptr_)"),
            rule(Cause.CONTEXT_ACCESS, "invalid bpf_context access|dereference of modified ctx|Context access"),
            rule(Cause.POINTER_ARITHMETIC, "pointer (?:arithmetic|operation)|math between|pointer comparison prohibited"
                    + "|arithmetic on .* prohibited|tried to (?:add|subtract) from"),
            rule(Cause.ARGUMENT, "R\\d+ type=.* expected=|arg#\\d+ |expected pointer to|has no valid kptr"
                    + "|must point to|is of type .* but"));

    /** What a report's words mean where the old message says nothing known. */
    private static final List<Rule> REPORTED = List.of(
            rule(Cause.UNCHECKED_NULL, "may be NULL"),
            rule(Cause.UNINITIALIZED, "Unreadable register|[Mm]issing stack argument|never been initialized"),
            rule(Cause.FOREIGN_POINTER, "is an integer scalar"),
            rule(Cause.MAY_SLEEP, "may sleep"),
            rule(Cause.LOCK, "spin lock|Unmatched context exit"),
            rule(Cause.REFERENCE_LEAK, "Resource Lifetime Safety"),
            rule(Cause.ARGUMENT, "Call Type Safety"),
            rule(Cause.MEMORY_BOUNDS, "Memory Safety"));

    private record Rule(Cause cause, Pattern words) {}

    private Causes() {}

    private static Rule rule(Cause cause, String words) {
        return new Rule(cause, Pattern.compile(words, Pattern.MULTILINE));
    }

    static Cause of(List<String> messages) {
        return first(RULES, String.join("\n", messages));
    }

    static Cause of(VerifierReport report) {
        return first(REPORTED, report.category() + ": " + report.problem() + "\n" + report.reason());
    }

    private static Cause first(List<Rule> rules, String text) {
        return rules.stream().filter(rule -> rule.words().matcher(text).find()).map(Rule::cause).findFirst()
                .orElse(Cause.OTHER);
    }
}
