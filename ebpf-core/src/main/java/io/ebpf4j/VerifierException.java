package io.ebpf4j;

import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's verifier rejected a function. The message is one line: what the verifier said, the C line, and what to do
 * about it; the whole log is in {@link #log()}.
 *
 * {@snippet :
 * try (var program = BpfProgram.load(Path.of("broken.bpf.o"))) {
 *     program.attached();
 * } catch (VerifierException e) {
 *     System.err.println(e.getMessage());
 *     e.sourceLine().ifPresent(line -> System.err.println(line.file() + ":" + line.line() + ": " + line.text()));
 *     System.err.println(e.hint());
 * }
 * }
 */
public final class VerifierException extends BpfException {
    private static final long serialVersionUID = 2;

    private final Rejection rejection;

    /**
     * What the verifier did not like, as far as that is known by its words. More may come: a {@code switch} over this
     * needs a {@code default}.
     */
    public enum Cause {
        /** What a map lookup or a reservation gave is used without asking whether it gave anything. */
        UNCHECKED_NULL("a map lookup or a reservation can give NULL; put `if (!pointer) return 0;` before this line"),
        /** A place outside of a map's value. */
        MAP_VALUE_BOUNDS(
                "this place can lie outside of the map's value; check the index against the array's size first,"
                        + " or mask it, as in `index & (SIZE - 1)`"),
        /** A place behind the end of a packet. */
        PACKET_BOUNDS("a packet can be shorter than that; put `if ((void *)(header + 1) > data_end) return ..;` before"
                + " this line"),
        /** A place outside of a function's variables. */
        STACK_BOUNDS("this place can lie outside of the variable; check the index against the array's size first, or"
                + " mask it, as in `index & (SIZE - 1)`"),
        /** A place outside of other memory, such as a record of a ring buffer. */
        MEMORY_BOUNDS("this place can lie outside of the memory that the pointer is for; check index and length first"),
        /** A number of which too little is known, for a length or an index. */
        UNBOUNDED_NUMBER("the verifier knows no limits of this number; make it unsigned and check it against the size"
                + " right before its use, as in `if (length > sizeof(buffer)) length = sizeof(buffer);`"),
        /** A variable, register or buffer is read before it is written. */
        UNINITIALIZED(
                "something is read here that was never set; give each variable a value where it is declared, as in"
                        + " `struct key key = {};`"),
        /** A pointer into the kernel or a process is followed as if it were the program's own. */
        FOREIGN_POINTER("this is no memory of the program's own; read it with BPF_CORE_READ() or"
                + " bpf_probe_read_kernel(), memory of a process with bpf_probe_read_user()"),
        /** A pointer is calculated with in a way that the verifier cannot follow. */
        POINTER_ARITHMETIC("this pointer cannot be calculated with; keep it as it is, and index from the beginning of"
                + " what it points to"),
        /** A loop that does not end. */
        ENDLESS_LOOP("this loop has no end that the verifier can see; count up to a constant, as in"
                + " `for (int i = 0; i < 64; i++)`, or call bpf_loop() (Linux 5.17)"),
        /** More ways through the program than the verifier follows. */
        TOO_COMPLEX("there are more ways through the program than the verifier follows; make loops shorter, move code"
                + " into functions that are not static or into bpf_loop() (Linux 5.17)"),
        /** A helper that this kind of function may not call. */
        HELPER_NOT_ALLOWED("this helper is not for functions in this SEC(\"..\"), or this kernel has it for fewer kinds"
                + " of them; `man 7 bpf-helpers` tells where it may be called"),
        /** A helper that this kernel does not have. */
        HELPER_UNKNOWN("use a newer kernel, or ask bpf_core_enum_value_exists(enum bpf_func_id, ..) before the call"),
        /** A helper that only GPL-compatible programs may call. */
        LICENSE("the kernel lets only GPL-compatible programs call this; declare"
                + " `char LICENSE[] SEC(\"license\") = \"GPL\";` if that is what its license is"),
        /** A field, type or constant of the kernel that this kernel does not have. */
        FIELD_MISSING("ask bpf_core_field_exists() before its use, or spell it as this kernel does, whose types are"
                + " listed by `bpftool btf dump file /sys/kernel/btf/vmlinux format c`"),
        /** A kernel function (kfunc) that this kernel does not have. */
        KERNEL_FUNCTION_MISSING("ask bpf_ksym_exists() before the call, or load the kernel module that has it"),
        /** A map that was not created. */
        MAP_MISSING("create it, or do not load the functions that use it"),
        /** The function of another program that this one is to replace, or to be hooked to, is not like that. */
        TARGET("a function can take the place of one that that entry point calls, that its object keeps"
                + " (`__noinline`, not `static`), and that has the same arguments and result; compare the two declarations"),
        /** A part of the context that may not be read or written. */
        CONTEXT_ACCESS("functions in this SEC(\"..\") may not read or write this part of their context, or not in this"
                + " width; fields are read as wide as they are declared, and few can be written"),
        /** More than 512 bytes of variables. */
        STACK_TOO_BIG("the variables of a function and of those it calls may take 512 bytes together; put big ones into"
                + " a map of type BPF_MAP_TYPE_PERCPU_ARRAY"),
        /** A number that a function of this kind may not return. */
        RETURN_VALUE("functions in this SEC(\"..\") may return only these numbers; make each return one of them"),
        /** A call that may sleep where nothing may. */
        MAY_SLEEP("this may wait, and functions in this SEC(\"..\") must not; use SEC(\"..s\"), such as"
                + " SEC(\"uprobe.s/..\"), where there is one, and not between lock and unlock"),
        /** A record, socket or other object that is not given back. */
        REFERENCE_LEAK("what was reserved or acquired must be given back on each way out: bpf_ringbuf_submit() or"
                + " bpf_ringbuf_discard() for a record, bpf_sk_release() for a socket"),
        /** A lock that is not given back, or something that is not allowed while it is held. */
        LOCK("bpf_spin_unlock() must come on each way out, and no call of a helper before it"),
        /** An argument of another type than the function takes. */
        ARGUMENT("this argument is of another type than the function takes; compare the call with its declaration in"
                + " bpf_helpers.h"),
        /** A number lies where no number of its size may. */
        MISALIGNED("a number of 2, 4 or 8 bytes must lie at a multiple of its size; copy it with __builtin_memcpy(), or"
                + " give what it lies in `__attribute__((aligned(8)))`"),
        /** Memory that may only be read is written. */
        READ_ONLY("this memory may only be read; copy it to a variable first"),
        /** Nothing that this library knows. */
        OTHER("the end of log() tells what the verifier knew there: R0 to R9 are the registers, what follows ';' is the"
                + " C source");

        private final String hint;

        Cause(String hint) {
            this.hint = hint;
        }

        /** {@return what mostly helps, in one line} */
        public String hint() {
            return hint;
        }
    }

    /**
     * A line of the C source.
     *
     * @param file the name of the file, without folders
     * @param line its number there, from 1
     * @param text what it says, without blanks around it
     */
    public record SourceLine(String file, int line, String text) implements Serializable {
        /** {@return {@code exec.bpf.c:12} and the text in quotes} */
        @Override
        public String toString() {
            return file + ":" + line + (text.isEmpty() ? "" : " \"" + text + "\"");
        }
    }

    /**
     * What the verifier said, read.
     *
     * @param function the rejected function
     * @param log everything the verifier printed
     * @param summary what it did not like, in one line
     * @param cause that, as far as its words are known
     * @param hint what to do, in one line
     * @param instruction where in the function, in words of 8 bytes; -1 when that is not known
     * @param sourceLine where in the source, if that is known
     */
    public record Rejection(String function, String log, String summary, Cause cause, String hint, int instruction,
            @Nullable SourceLine sourceLine) implements Serializable {
        /** Checks that nothing is null that must not be. */
        public Rejection {
            Objects.requireNonNull(function);
            Objects.requireNonNull(log);
            Objects.requireNonNull(summary);
            Objects.requireNonNull(cause);
            Objects.requireNonNull(hint);
        }
    }

    /**
     * Tells what the verifier said.
     *
     * @param message one line with the reason
     * @param errno the kernel's error number
     * @param rejection what the verifier said
     */
    public VerifierException(String message, int errno, Rejection rejection) {
        super(message, errno, null);
        this.rejection = Objects.requireNonNull(rejection);
    }

    /** {@return the name of the rejected C function} */
    public String function() {
        return rejection.function();
    }

    /** {@return everything the verifier printed, uncut; several lines, for a long loop a hundred megabytes} */
    public String log() {
        return rejection.log();
    }

    /** {@return what the verifier did not like, in its own words, in one line} */
    public String summary() {
        return rejection.summary();
    }

    /** {@return what it did not like, as far as its words are known} */
    public Cause cause() {
        return rejection.cause();
    }

    /** {@return what to do, in one line: the kernel's own suggestion where it has one (Linux 7.3), else that of the cause} */
    public String hint() {
        return rejection.hint();
    }

    /** {@return the line of the C source, if the object was compiled with {@code -g} and the log names an instruction} */
    public Optional<SourceLine> sourceLine() {
        return Optional.ofNullable(rejection.sourceLine());
    }

    /**
     * {@return the instruction, counted in words of 8 bytes from the beginning of the function} Those of subprograms follow
     * those of the function.
     */
    public OptionalInt instruction() {
        return rejection.instruction() < 0 ? OptionalInt.empty() : OptionalInt.of(rejection.instruction());
    }
}
