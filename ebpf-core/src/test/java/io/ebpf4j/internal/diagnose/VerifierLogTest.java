package io.ebpf4j.internal.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.VerifierException.Cause;
import io.ebpf4j.VerifierException.SourceLine;
import io.ebpf4j.internal.diagnose.VerifierLog.Annotation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerifierLogTest {
    /** What Linux 6.18 said of the probes in {@code native/fixtures/live/src}, as recorded there. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            null          | UNCHECKED_NULL          |  8 | 19 | R0 invalid mem access 'map_value_or_null'
            map_bounds    | MAP_VALUE_BOUNDS        | 13 | 26 | invalid access to map value, value_size=64 off=127 size=1; R6 max value is outside of the allowed memory range
            packet_bounds | PACKET_BOUNDS           |  1 | 12 | invalid access to packet, off=12 size=1, R1(id=0,off=12,r=0); R1 offset is outside of the packet
            stack_bounds  | STACK_BOUNDS            |  8 | 12 | invalid variable-offset write to stack R1 var_off=(0x0; 0x3ff) off=-8 size=1
            length        | UNBOUNDED_NUMBER        |  9 | 11 | R2 min value is negative, either use unsigned or 'var &= const'
            register      | UNINITIALIZED           |  0 | 11 | R7 !read_ok
            pointer       | FOREIGN_POINTER         |  1 | 11 | R1 invalid mem access 'scalar'
            loop          | ENDLESS_LOOP            |  0 |  9 | infinite loop detected at insn 0
            helper        | HELPER_NOT_ALLOWED      |  6 | 11 | program of this type cannot use helper bpf_skb_load_bytes#26
            helper_number | HELPER_UNKNOWN          |  0 | 11 | invalid func unknown#4711
            license       | LICENSE                 |  7 |  9 | cannot call GPL-restricted function from non-GPL compatible program
            core_field    | FIELD_MISSING           |  3 | 16 | failed to resolve CO-RE relocation <byte_off> [7] struct task_struct.tgidd (0:1 @ offset 4)
            kfunc         | KERNEL_FUNCTION_MISSING |  1 | 11 | R0 !read_ok
            context       | CONTEXT_ACCESS          |  1 |  9 | invalid bpf_context access off=12 size=4
            stack_size    | STACK_TOO_BIG           | -1 | -1 | combined stack size of 2 calls is 608. Too large
            return        | RETURN_VALUE            |  1 |  9 | At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
            sleepable     | MAY_SLEEP               |  6 | 11 | helper call might sleep in a non-sleepable prog
            reference     | REFERENCE_LEAK          |  9 | 18 | Unreleased reference id=2 alloc_insn=4; BPF_EXIT instruction in main prog would lead to reference leak
            lock          | LOCK                    | 15 | 29 | BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region
            argument      | ARGUMENT                |  2 |  9 | R1 type=scalar expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_
            """)
    void recordedLog_isRead(String probe, Cause cause, int instruction, int line, String summary) {
        VerifierLog log = VerifierLog.parse(recorded("linux-6.18/broken_" + probe + ".log"));
        assertThat(log.cause()).isEqualTo(cause);
        assertThat(log.summary()).isEqualTo(summary);
        assertThat(log.instruction().orElse(-1)).isEqualTo(instruction);
        assertThat(log.source().map(Annotation::line).orElse(-1)).isEqualTo(line);
        assertThat(log.source().map(Annotation::file).orElse(""))
                .isEqualTo(line < 0 ? "" : "broken_" + probe + ".bpf.c");
        assertThat(log.report()).isEmpty();
    }

    static String recorded(String name) {
        try (InputStream in = Objects.requireNonNull(VerifierLogTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    /** One line each, as kernels from 5.4 on say it; what other words for the same came and went. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            R1 invalid mem access 'inv'                                                     | FOREIGN_POINTER
            misfit() has 2 args while verdict() has 1 args                                  | TARGET
            twice() is not a global function                                                | TARGET
            Subprog aside doesn't exist                                                     | TARGET
            Return type UNKNOWN of misfit() doesn't match type INT of verdict()             | TARGET
            Cannot extend fentry/fexit                                                      | TARGET
            R1 type=map_value_or_null expected=fp, pkt, map_key, map_value                  | UNCHECKED_NULL
            R0 pointer arithmetic on map_value_or_null prohibited, null-check it first      | UNCHECKED_NULL
            R6 invalid mem access 'ptr_or_null_task_struct'                                 | UNCHECKED_NULL
            Possibly NULL pointer passed to trusted arg0                                    | UNCHECKED_NULL
            invalid indirect read from stack R2 off -8+4 size 8                             | UNINITIALIZED
            invalid read from stack off -16+0 size 8                                        | UNINITIALIZED
            invalid indirect read from stack off -24+20 size 24                             | UNINITIALIZED
            R3 !read_ok                                                                     | UNINITIALIZED
            invalid read from stack R1 off=8 size=1                                         | STACK_BOUNDS
            invalid write to stack R10 off=-520 size=8                                      | STACK_BOUNDS
            invalid stack type R2 off=-520 access_size=8                                    | STACK_BOUNDS
            invalid stack off=-520 size=8                                                   | STACK_BOUNDS
            misaligned stack access off 0+-300+0 size 8                                     | MISALIGNED
            invalid access to map key, key_size=4 off=8 size=4                              | MAP_VALUE_BOUNDS
            invalid access to memory, mem_size=16 off=16 size=8                             | MEMORY_BOUNDS
            R2 unbounded memory access, use 'var &= const' or 'if (var < const)'            | UNBOUNDED_NUMBER
            math between pkt pointer and register with unbounded min value is not allowed   | UNBOUNDED_NUMBER
            R4 min value is outside of the allowed memory range                             | MEMORY_BOUNDS
            back-edge from insn 24 to 8                                                     | ENDLESS_LOOP
            The sequence of 8193 jumps is too complex.                                      | TOO_COMPLEX
            BPF program is too large. Processed 1000001 insn                                | TOO_COMPLEX
            unknown func bpf_get_current_task#35                                            | HELPER_NOT_ALLOWED
            invalid func unknown#211                                                        | HELPER_UNKNOWN
            invalid func unknown#195896080                                                  | FIELD_MISSING
            invalid func unknown#2001000003                                                 | MAP_MISSING
            BPF map 'totals' is referenced but wasn't created                               | MAP_MISSING
            invalid func unknown#2002000000                                                 | KERNEL_FUNCTION_MISSING
            kfunc 'bpf_task_acquire' is referenced but wasn't resolved                      | KERNEL_FUNCTION_MISSING
            calling kernel function bpf_task_acquire is not allowed                         | KERNEL_FUNCTION_MISSING
            cannot call GPL only function from proprietary program                          | LICENSE
            R0 has value (0x2; 0x0) should have been in (0x0; 0x1)                          | RETURN_VALUE
            At program exit the register R0 has value (0x2; 0x0) should have been in (0x0; 0x1) | RETURN_VALUE
            bpf_spin_unlock is missing                                                      | LOCK
            function calls are not allowed while holding a lock                             | LOCK
            reference has not been acquired before                                          | REFERENCE_LEAK
            sleepable helper bpf_copy_from_user#148 in rcu_read_lock region                 | MAY_SLEEP
            combined stack size of 3 calls is 544. Too large                                | STACK_TOO_BIG
            write into map forbidden, value_size=4 off=0 size=4                             | READ_ONLY
            R1 cannot write into rdonly_mem                                                 | READ_ONLY
            dereference of modified ctx ptr R6 off=8 disallowed                             | CONTEXT_ACCESS
            R1 pointer arithmetic on ctx prohibited                                         | POINTER_ARITHMETIC
            R3 32-bit pointer arithmetic prohibited                                         | POINTER_ARITHMETIC
            arg#0 expected pointer to stack or const struct bpf_dynptr                      | ARGUMENT
            unreachable insn 4                                                              | OTHER
            """)
    void words_haveACause(String words, Cause cause) {
        var log = VerifierLog.parse("4: (79) r1 = *(u64 *)(r1 +8)\n" + words + "\nprocessed 5 insns (limit 1000000)\n");
        assertThat(log.cause()).isEqualTo(cause);
        assertThat(log.summary()).isEqualTo(words);
        assertThat(log.instruction()).hasValue(4);
    }

    /** As Linux 5.4 to 5.15 print it: states in lines of their own, no file, {@code inv} for numbers. */
    private static final String LINUX_5_10 = """
            Unrecognized arg#0 type PTR
            ; __u32 zero = 0;
            0: (b7) r1 = 0
            1: (63) *(u32 *)(r10 -4) = r1
            last_idx 1 first_idx 0
            regs=2 stack=0 before 0: (b7) r1 = 0
            2: (bf) r2 = r10
            3: (07) r2 += -4
            ; __u64 *total = bpf_map_lookup_elem(&totals, &zero);
            4: (18) r1 = 0xffff9b5a41a2f400
            6: (85) call bpf_map_lookup_elem#1
            7: (b7) r1 = 1
            ; *total = 1; /* HERE */
            8: (7b) *(u64 *)(r0 +0) = r1
             R0_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R1_w=inv1 R10=fp0 fp-8=mmmm????
            R0 invalid mem access 'map_value_or_null'
            processed 8 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
            """;

    @Test
    void log_ofAnOldKernel_hasTheLinesText() {
        VerifierLog log = VerifierLog.parse(LINUX_5_10);
        assertThat(log.messages()).containsExactly("R0 invalid mem access 'map_value_or_null'");
        assertThat(log.cause()).isEqualTo(Cause.UNCHECKED_NULL);
        assertThat(log.source()).contains(new Annotation("*total = 1; /* HERE */", "", 0));
        assertThat(log.instruction()).hasValue(8);
    }

    /** As Linux 6.1 prints it: the state behind each instruction. */
    @Test
    void log_ofLinux6_1_isRead() {
        VerifierLog log = VerifierLog.parse("""
                0: R1=ctx(off=0,imm=0) R10=fp0
                ; const char *name = (const char *)ctx[1];
                0: (79) r1 = *(u64 *)(r1 +8)          ; R1_w=scalar()
                ; return name[0];
                1: (71) r0 = *(u8 *)(r1 +0)
                R1 invalid mem access 'scalar'
                processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
                """);
        assertThat(log.summary()).isEqualTo("R1 invalid mem access 'scalar'");
        assertThat(log.source()).contains(new Annotation("return name[0];", "", 0));
        assertThat(log.instruction()).hasValue(1);
    }

    /** The line is that of an instruction further up, and what is between tells of no line. */
    @Test
    void annotation_isFarBefore() {
        var log = VerifierLog.parse("""
                ; spins += next(); @ loop.bpf.c:12
                4: (85) call pc+5
                ;  @ loop.bpf.c:0
                5: (0f) r6 += r0
                from 5 to 3: R6=scalar() R10=fp0
                6: (bf) r7 = r6
                7: (b7) r0 = 0
                R8 !read_ok
                """);
        assertThat(log.source()).contains(new Annotation("spins += next();", "loop.bpf.c", 12));
        assertThat(log.instruction()).hasValue(7);
    }

    /** In the format of {@code kernel/bpf/diagnostics.c}. */
    private static final String LINUX_7_3 = """
            0: R1=ctx() R10=fp0
            ; int unset(void *ctx) @ broken_register.bpf.c:7
            0: (bf) r0 = r7
            R7 !read_ok

            Verification failed: Register Type Safety: Unreadable register

            Reason:
              R7 has never been initialized on this path, so the verifier cannot use it as an input, whatever it may
              have held before.

            At:
              unset @ broken_register.bpf.c:11:2
              Source context:
                   9 |         long result;
                  10 |
              >>> 11 |         asm volatile("%0 = r7" : "=r"(result));
                     |         ^-- error: R7 is not readable
                  12 |         return result;
                  13 | ...
              Instruction context:
              >>> 0 | (bf) r0 = r7
                  1 | (95) exit

            Causal path:
              no retained diagnostic events on this path

            Suggestion:
              Initialize R7 on every path before this
              instruction.

            processed 1 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
            """;

    @Test
    void report_ofLinux7_3_isRead() {
        VerifierLog log = VerifierLog.parse(LINUX_7_3);
        VerifierReport report = log.report().orElseThrow();
        assertThat(report.category()).isEqualTo("Register Type Safety");
        assertThat(report.problem()).isEqualTo("Unreadable register");
        assertThat(report.reason())
                .isEqualTo("R7 has never been initialized on this path, so the verifier cannot use it"
                        + " as an input, whatever it may have held before.");
        assertThat(report.suggestion()).isEqualTo("Initialize R7 on every path before this instruction.");
        assertThat(report.instruction()).hasValue(0);
        assertThat(report.source()).contains(new SourceLine("broken_register.bpf.c", 11,
                "asm volatile(\"%0 = r7\" : \"=r\"(result));"));
        assertThat(log.summary()).isEqualTo(report.reason());
        assertThat(log.messages()).containsExactly("R7 !read_ok");
        assertThat(log.cause()).isEqualTo(Cause.UNINITIALIZED);
    }

    @Test
    void report_withoutLineInfo_namesTheInstruction() {
        VerifierReport report = VerifierLog.parse("""
                0: (95) exit
                some words of another year

                Verification failed: Register Type Safety: Invalid dereference

                Reason:
                  R6 may be NULL here (mem_or_null).

                At:
                  insn 10
                        | ^-- error: invalid dereference of R6 (mem_or_null)
                  Instruction context:
                  >>> 10 | (61) r2 = *(u32 *)(r6 +0)

                Suggestion:
                  Add a NULL check before the access.

                processed 1 insns
                """).report().orElseThrow();
        assertThat(report.instruction()).hasValue(10);
        assertThat(report.source()).isEmpty();
        assertThat(Causes.of(report)).isEqualTo(Cause.UNCHECKED_NULL);
    }

    @Test
    void log_ofNothing_saysSo() {
        var nothing = new VerifierLog(List.of(), OptionalInt.empty(), Optional.empty(), Optional.empty(), false);
        assertThat(VerifierLog.parse("")).isEqualTo(nothing);
        assertThat(VerifierLog.parse("\n\n")).isEqualTo(nothing);
        assertThat(nothing.summary()).isEqualTo("the verifier gave no reason");
        assertThat(nothing.cause()).isEqualTo(Cause.OTHER);
    }

    /** Parts of real logs in any order: nothing throws, and a summary is one line. */
    @Test
    void log_shuffled_isRead() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        String[] parts = Pattern.compile("(?<=[\n:@#|])")
                .split(LINUX_5_10 + LINUX_7_3 + "; @ x:99999999999\n99999999999: (85) call #0\n", -1);
        for (int round = 0; round < 2000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            VerifierLog log = VerifierLog.parse(text.toString());
            assertThat(log.summary()).describedAs("seed %d: %s", seed, text).isNotEmpty().doesNotContain("\n");
            assertThat(log.cause()).isNotNull();
        }
    }
}
