package io.ebpf4j.internal.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.ProgramSpec;
import io.ebpf4j.VerifierException;
import io.ebpf4j.VerifierException.Cause;
import io.ebpf4j.VerifierException.SourceLine;
import io.ebpf4j.testing.Fixtures;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the object adds to the log. */
class RejectionsTest {
    private static ProgramSpec probe(String name) {
        return ProgramSpec.read(Fixtures.ROOT.resolve("native/fixtures/live/broken_" + name + ".bpf.o"));
    }

    private static VerifierException explain(String probe, String function, String log) {
        return Rejections.explain(probe(probe), function, log, 22, KernelTypes.UNKNOWN);
    }

    @Test
    void logWithoutFiles_takesTheLineFromTheObject() {
        var e = explain("null", "unchecked", """
                7: (b7) r1 = 1
                8: (7b) *(u64 *)(r0 +0) = r1
                R0 invalid mem access 'map_value_or_null'
                """);
        assertThat(e.sourceLine()).contains(new SourceLine("broken_null.bpf.c", 19, "*total = 1; /* HERE */"));
        assertThat(e.instruction()).hasValue(8);
    }

    /** Instructions behind the function are a subprogram's: only the text tells which line it is. */
    @Test
    void instructionOfASubprogram_isFoundByItsText() {
        var e = explain("stack_size", "outer", """
                ; return inner();
                17: (95) exit
                R0 !read_ok
                """);
        assertThat(e.sourceLine()).hasValueSatisfying(line -> {
            assertThat(line.text()).isEqualTo("return inner();");
            assertThat(line.line()).isEqualTo(21);
        });
        assertThat(explain("stack_size", "outer", "; no such line\n17: (95) exit\nR0 !read_ok\n").sourceLine())
                .isEmpty();
    }

    /** libbpf looks at the last ten lines for what to make readable, and Linux 7.3 prints more behind them. */
    @Test
    void fieldThatLibbpfDidNotName_isNamedByItsRelocation() {
        var e = Rejections.explain(probe("core_field"), "misspelt", """
                3: (85) call unknown#195896080
                invalid func unknown#195896080

                Verification failed: Call Type Safety

                Reason:
                  There is no such function.

                At:
                  insn 3
                """, 22, type -> type.equals("task_struct") ? Optional.of(List.of("pid", "tgid")) : Optional.empty());
        assertThat(e.cause()).isEqualTo(Cause.FIELD_MISSING);
        assertThat(e.summary()).isEqualTo("the kernel has no struct task_struct.tgidd");
        assertThat(e.hint()).startsWith("did you mean 'tgid'?; ask bpf_core_field_exists()");
        assertThat(e.sourceLine()).hasValueSatisfying(line -> assertThat(line.line()).isEqualTo(18));
    }

    @Test
    void typeThatTheKernelLacks_isNamed() {
        var e = explain("core_field", "misspelt", """
                3: <invalid CO-RE relocation>
                failed to resolve CO-RE relocation <byte_off> [7] struct task_struct___old.tgidd (0:1 @ offset 4)
                """);
        assertThat(e.summary()).isEqualTo("the kernel has no struct task_struct.tgidd");
        assertThat(e.hint()).startsWith("it has no struct task_struct at all; ask ");
    }

    @Test
    void constantThatTheKernelLacks_isNamed() {
        var e = explain("core_field", "misspelt", """
                3: <invalid CO-RE relocation>
                failed to resolve CO-RE relocation <enumval_value> [9] enum bpf_func_id::BPF_FUNC_of_the_future = 4711
                """);
        assertThat(e.summary()).isEqualTo("the kernel has no enum bpf_func_id::BPF_FUNC_of_the_future");
    }

    @Test
    void kernelFunction_isNamedByItsSymbol_whateverLibbpfPutIn() {
        for (String call : List.of("0: (85) call #0\n1: (95) exit\nR0 !read_ok\n",
                "0: (85) call unknown#2002000000\ninvalid func unknown#2002000000\n")) {
            var e = explain("kfunc", "missing", call);
            assertThat(e.cause()).isEqualTo(Cause.KERNEL_FUNCTION_MISSING);
            assertThat(e.summary()).isEqualTo("the kernel has no function bpf_ebpf4j_no_such_function()");
        }
    }

    @Test
    void map_isNamedByItsSymbol() {
        var e = explain("null", "unchecked", "4: (85) call unknown#2001000000\ninvalid func unknown#2001000000\n");
        assertThat(e.cause()).isEqualTo(Cause.MAP_MISSING);
        assertThat(e.summary()).isEqualTo("map 'totals' was not created");
    }

    @Test
    void helperOfANewerKernel_isNamedWithItsVersion() {
        var e = explain("helper_number", "tomorrow", "0: (85) call unknown#181\ninvalid func unknown#181\n");
        assertThat(e.summary()).isEqualTo("the kernel has no helper bpf_loop()");
        assertThat(e.hint()).startsWith("it came with Linux 5.17; use a newer kernel");
    }

    @Test
    void suggestionOfTheKernel_isTheHint() {
        var e = explain("register", "unset", """
                0: (bf) r0 = r7
                R7 !read_ok

                Verification failed: Register Type Safety: Unreadable register

                Reason:
                  R7 has never been initialized on this path.

                At:
                  unset @ broken_register.bpf.c:11:2
                  Source context:
                  >>> 11 |         asm volatile("%0 = r7" : "=r"(result));
                         |         ^-- error: R7 is not readable

                Suggestion:
                  Initialize R7 on every path before this instruction.

                processed 1 insns (limit 1000000)
                """);
        assertThat(e).hasMessage("broken_register: the kernel's verifier rejects function 'unset': R7 has never been"
                + " initialized on this path, at broken_register.bpf.c:11 \"asm volatile(\"%0 = r7\" : \"=r\"(result));\";"
                + " Initialize R7 on every path before this instruction (EINVAL (22, Invalid argument); the whole log is"
                + " in log())");
    }

    @Test
    void functionThatTheObjectLacks_isStillExplained() {
        var e = explain("null", "nobody", "8: (7b) *(u64 *)(r0 +0) = r1\nR0 invalid mem access 'inv'\n");
        assertThat(e.cause()).isEqualTo(Cause.FOREIGN_POINTER);
        assertThat(e.sourceLine()).isEmpty();
        assertThat(explain("core_field", "nobody", "3: (85) call unknown#195896080\ninvalid func unknown#195896080\n")
                .summary()).isEqualTo("invalid func unknown#195896080");
    }
}
