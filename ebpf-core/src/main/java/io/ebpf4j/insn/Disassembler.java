package io.ebpf4j.insn;

import io.ebpf4j.btf.BtfExt.LineInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes code as text, in the form of {@code bpftool prog dump xlated}, which is that of the kernel's verifier:
 *
 * <pre>
 * int on_rename(void * ctx):
 * ; add(1);
 *    0: (b7) r1 = 1
 *    1: (85) call subprog[add]
 *    2: (18) r1 = map[calls]
 *    4: (85) call bpf_map_lookup_elem#1
 *    5: (15) if r0 == 0x0 goto pc+2
 * </pre>
 *
 * <p>The number in front is the {@link CodeElement#index()}, that in parentheses the opcode. Jumps count from the next
 * instruction. {@code r} is a register, {@code w} its lower half.
 *
 * <p>What an instruction refers to is written as, in this order:
 * <ol>
 * <li>the {@link Symbol} of its element, in brackets behind its kind. That is for object files, where bpftool has no
 * word: a program that is loaded has ids and addresses there;
 * <li>what {@link #withNames} says;
 * <li>the name of a known helper; {@code pc+5} for a function; {@code map[id:5]}, {@code map[id:5][0]+8} for a map,
 * taking the number for an id, which it is in what the kernel tells; else the number.
 * </ol>
 *
 * <p>Of {@link Unknown} instructions fields that are not used are left aside. When the rest means nothing either, this
 * is {@code BUG_ldx_81}, the class and the opcode, as the kernel has it for some.
 *
 * <p>Names and source lines from the file are cut after 1,024 characters, so that the text is a multiple of the code.
 *
 * <p>Immutable.
 */
public final class Disassembler {
    private static final HexFormat BYTES = HexFormat.ofDelimiter(" ");

    private final boolean opcodes;
    private final Source source;
    private final Function<Instruction, Optional<String>> names;

    private Disassembler(boolean opcodes, Source source, Function<Instruction, Optional<String>> names) {
        this.opcodes = opcodes;
        this.source = source;
        this.names = names;
    }

    /** Which source lines are written between instructions. */
    public enum Source {
        /** None, and no function's prototype. */
        NONE,
        /** The text of each line, where its instructions begin; so does bpftool. */
        TEXT,
        /** That and file, line and column, as {@code bpftool prog dump xlated .. linum}. */
        PLACE
    }

    /** {@return one that writes what {@code bpftool prog dump xlated} does} */
    public static Disassembler create() {
        return new Disassembler(false, Source.TEXT, instruction -> Optional.empty());
    }

    /**
     * {@return the same, with or without the bytes of each instruction on a line of their own, as
     * {@code bpftool prog dump xlated .. opcodes}}
     *
     * @param shown whether
     */
    public Disassembler withOpcodes(boolean shown) {
        return new Disassembler(shown, source, names);
    }

    /**
     * {@return the same, with or without source lines}
     *
     * @param shown which
     */
    public Disassembler withSource(Source shown) {
        return new Disassembler(opcodes, Objects.requireNonNull(shown), names);
    }

    /**
     * {@return the same, with names for what instructions without a symbol refer to}
     *
     * <p>The function is asked for each {@link Call}, helpers that are known excepted, and each {@link LoadImmediate}.
     * Its text stands for the name of a helper or kernel function, before {@code #} and the number; for the distance of
     * a function, behind {@code pc}; for all that is loaded. So bpftool writes a function that the kernel has compiled as
     * {@code pc+5#bpf_prog_1b2ad57ffa4b1eb1_add}, with the name from {@code /proc/kallsyms}.
     *
     * @param resolver gives the names; nothing where it knows none
     */
    public Disassembler withNames(Function<Instruction, Optional<String>> resolver) {
        return new Disassembler(opcodes, source, Objects.requireNonNull(resolver));
    }

    /**
     * {@return a function as text, each line with its end}
     *
     * @param code the function
     */
    public String text(Code code) {
        var text = new StringBuilder();
        try {
            write(code, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * {@return an instruction as text, with no index and no end of line: {@code (b7) r1 = 1}}
     *
     * @param element the instruction
     */
    public String text(CodeElement element) {
        return new InstructionText(element.symbol(), names).of(element.instruction());
    }

    /**
     * Writes a function.
     *
     * @param code the function
     * @param out where to
     * @throws IOException when that refuses
     */
    public void write(Code code, Appendable out) throws IOException {
        if (source != Source.NONE && code.prototype().isPresent()) {
            out.append(code.prototype().get()).append(":\n");
        }
        Optional<LineInfo> last = Optional.empty();
        for (CodeElement element : code.elements()) {
            if (source != Source.NONE && element.line().isPresent() && !element.line().equals(last)) {
                last = element.line();
                write(last.get(), out);
            }
            String index = Integer.toString(element.index());
            out.append(" ".repeat(Math.max(0, 4 - index.length()))).append(index).append(": ");
            out.append(text(element)).append('\n');
            if (opcodes) {
                out.append("       ");
                String separator = "";
                for (Word word : element.instruction().words()) {
                    out.append(separator).append(BYTES.formatHex(word.toBytes(code.order())));
                    separator = " ";
                }
                out.append('\n');
            }
        }
    }

    private void write(LineInfo line, Appendable out) throws IOException {
        out.append("; ").append(InstructionText.bounded(line.text().stripLeading()));
        if (source == Source.PLACE) {
            out.append(" [file:").append(InstructionText.bounded(line.file())).append(" line_num:")
                    .append(Integer.toString(line.line()))
                    .append(" line_col:").append(Integer.toString(line.column())).append(']');
        }
        out.append('\n');
    }
}
