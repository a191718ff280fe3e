package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ebpf4j.VerifierException.Cause;
import io.ebpf4j.VerifierException.SourceLine;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the verifier of the running kernel says of broken probes, each with one fault in the line marked HERE. */
@Live
class VerifierLiveTest {
    private static final Path LIVE = Fixtures.ROOT.resolve("native/fixtures/live");

    @ParameterizedTest
    @CsvSource({
            "null, unchecked, UNCHECKED_NULL",
            "map_bounds, anywhere, MAP_VALUE_BOUNDS",
            "packet_bounds, short_packets, PACKET_BOUNDS",
            "stack_bounds, beside, STACK_BOUNDS",
            "length, copies, UNBOUNDED_NUMBER",
            "register, unset, UNINITIALIZED",
            "pointer, follows, FOREIGN_POINTER",
            "loop, endless, ENDLESS_LOOP",
            "helper, no_packet, HELPER_NOT_ALLOWED",
            "helper_number, tomorrow, HELPER_UNKNOWN",
            "license, proprietary, LICENSE",
            "core_field, misspelt, FIELD_MISSING",
            "kfunc, missing, KERNEL_FUNCTION_MISSING",
            "context, redirects, CONTEXT_ACCESS",
            "stack_size, outer, STACK_TOO_BIG",
            "return, perhaps, RETURN_VALUE",
            "sleepable, waits, MAY_SLEEP",
            "reference, forgets, REFERENCE_LEAK",
            "lock, locks, LOCK",
            "argument, numbers, ARGUMENT"})
    void probe_rejected_namesCauseAndLine(String probe, String function, Cause cause) throws IOException {
        var e = rejected("broken_" + probe);
        assertThat(e.function()).isEqualTo(function);
        assertThat(e.cause()).describedAs(e.log()).isEqualTo(cause);
        assertThat(e.sourceLine()).isEqualTo(marked("broken_" + probe));
        assertThat(e.hint()).endsWith(cause.hint());
        assertThat(e.getMessage())
                .startsWith("broken_" + probe + ": the kernel's verifier rejects function '" + function
                        + "': " + e.summary())
                .contains(e.hint()).doesNotContain("\n").endsWith("; the whole log is in log())");
        assertThat(e.errno()).isNotEmpty();
    }

    private static VerifierException rejected(String probe) {
        return catchThrowableOfType(VerifierException.class,
                () -> BpfProgram.load(LIVE.resolve(probe + ".bpf.o")).close());
    }

    private static Optional<SourceLine> marked(String probe) throws IOException {
        String file = probe + ".bpf.c";
        List<String> lines = Files.readAllLines(LIVE.resolve("src").resolve(file));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("/* HERE */")) {
                return Optional.of(new SourceLine(file, i + 1, lines.get(i).strip()));
            }
        }
        return Optional.empty();
    }

    @Test
    void message_ofAnUncheckedLookup_isWhole() {
        assertThat(rejected("broken_null"))
                .hasMessage("broken_null: the kernel's verifier rejects function 'unchecked':"
                        + " R0 invalid mem access 'map_value_or_null', at broken_null.bpf.c:19 \"*total = 1; /* HERE */\";"
                        + " a map lookup or a reservation can give NULL; put `if (!pointer) return 0;` before this line"
                        + " (EACCES (13, Permission denied); the whole log is in log())");
    }

    @Test
    void message_ofAMisspeltField_hasTheKernelsName() {
        assertThat(rejected("broken_core_field")).hasMessage("broken_core_field: the kernel's verifier rejects function"
                + " 'misspelt': the kernel has no struct task_struct.tgidd, at broken_core_field.bpf.c:18"
                + " \"bpf_core_read(&id, sizeof(id), &task->tgidd); /* HERE */\"; did you mean 'tgid'?;"
                + " ask bpf_core_field_exists() before its use, or spell it as this kernel does, whose types are listed"
                + " by `bpftool btf dump file /sys/kernel/btf/vmlinux format c`"
                + " (EINVAL (22, Invalid argument); the whole log is in log())");
    }

    @Test
    void instruction_isThatOfTheFunction() {
        assertThat(rejected("broken_null").instruction()).hasValue(8);
        assertThat(rejected("broken_stack_size").instruction()).isEmpty();
    }

    /** libbpf begins with 16 MiB and doubles until the log fits; each line of it has to be there. */
    @Test
    @Tag("stress")
    void log_ofAHundredMegabytes_isWhole() {
        var e = catchThrowableOfType(VerifierException.class, () -> BpfProgram.load(Fixtures.path("reject_loop")));
        assertThat(e.errno()).hasValue(7);
        assertThat(e.cause()).isEqualTo(Cause.TOO_COMPLEX);
        assertThat(e.summary()).isEqualTo("BPF program is too large. Processed 1000001 insn");
        assertThat(e.sourceLine()).hasValueSatisfying(line -> assertThat(line.file()).isEqualTo("reject_loop.bpf.c"));
        assertThat(e.log().length()).isGreaterThan(48 << 20);
        assertThat(e.log().lines().limit(4)).anySatisfy(line -> assertThat(line).startsWith("0: R1=ctx("));
        assertThat(e.log()).endsWith("\n")
                .contains("BPF program is too large. Processed 1000001 insn\nprocessed 1000001 insns (limit 1000000)");
        assertThat(e.log().lines().filter(line -> line.contains(": (85) call bpf_ktime_get_ns#5")).count())
                .isBetween(100_000L, 500_000L);
        assertThat(e.getMessage().length()).isLessThan(600);
    }
}
