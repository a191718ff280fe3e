package io.ebpf4j.insn;

import io.ebpf4j.btf.BtfExt.LineInfo;
import java.util.Optional;

/**
 * An instruction at its place in a function.
 *
 * @param index where it begins, in words from the beginning of the function; jumps count such
 * @param instruction what it does
 * @param symbol what it refers to, in an object file
 * @param line the source line that it is made from, if that is known
 */
public record CodeElement(int index, Instruction instruction, Optional<Symbol> symbol, Optional<LineInfo> line) {
    /** {@return the index of what follows} */
    public int next() {
        return index + instruction.words().size();
    }
}
