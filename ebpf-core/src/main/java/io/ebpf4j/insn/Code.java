package io.ebpf4j.insn;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The instructions of one function. Immutable.
 *
 * @param name the function's name
 * @param prototype its declaration as bpftool shows it, {@code int on_exec(void * ctx)}, if that is known
 * @param order the byte order of the machine that runs it
 * @param elements its instructions, without a gap
 */
public record Code(String name, Optional<String> prototype, ByteOrder order, List<CodeElement> elements) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException when an element is not where the one before ends
     */
    public Code {
        elements = List.copyOf(elements);
        int expected = 0;
        for (CodeElement element : elements) {
            if (element.index() != expected) {
                throw new IllegalArgumentException("function '" + name + "': an instruction is at " + element.index()
                        + ", must be at " + expected);
            }
            expected = element.next();
        }
    }

    /**
     * {@return the instructions in bytes, such as {@code bpf_prog_info.xlated_prog_insns} of the kernel gives them}
     *
     * @param name what messages call the function
     * @param bytes the code; copied
     * @param order the byte order of the machine that runs it
     * @throws MalformedCodeException when the bytes end within an instruction
     */
    public static Code of(String name, MemorySegment bytes, ByteOrder order) {
        long size = bytes.byteSize();
        if (size % Word.SIZE != 0) {
            throw new MalformedCodeException("function '" + name + "': an instruction at offset "
                    + (size - size % Word.SIZE) + " has " + size % Word.SIZE + " bytes, must have " + Word.SIZE);
        }
        if (size / Word.SIZE > Integer.MAX_VALUE) {
            throw new MalformedCodeException("function '" + name + "' has " + size + " bytes, over the 16 GiB that "
                    + "jumps can span");
        }
        var elements = new ArrayList<CodeElement>();
        for (long at = 0; at < size;) {
            int index = (int) (at / Word.SIZE);
            Word first = Word.read(bytes, at, order);
            at += Word.SIZE;
            Instruction instruction;
            if (first.isWide()) {
                if (at == size) {
                    throw new MalformedCodeException("function '" + name + "': the ld_imm64 at offset "
                            + (at - Word.SIZE) + " has 8 bytes, must have 16");
                }
                instruction = Decoder.exact(first, Word.read(bytes, at, order));
                at += Word.SIZE;
            } else {
                instruction = Decoder.exact(first);
            }
            elements.add(new CodeElement(index, instruction, Optional.empty(), Optional.empty()));
        }
        return new Code(name, Optional.empty(), order, elements);
    }

    /** {@return how many words it has; {@code ld_imm64} counts two} */
    public int size() {
        return elements.isEmpty() ? 0 : elements.getLast().next();
    }

    /**
     * {@return the instruction that begins at an index; nothing within one and outside of the function}
     *
     * @param index in words, from 0
     */
    public Optional<CodeElement> at(int index) {
        int low = 0;
        int high = elements.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            CodeElement element = elements.get(middle);
            if (element.index() == index) {
                return Optional.of(element);
            }
            if (element.index() < index) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    /**
     * {@return where a jump of this function goes; nothing when that is outside, or within an instruction}
     *
     * @param element one of this function
     */
    public Optional<CodeElement> target(CodeElement element) {
        if (!(element.instruction() instanceof Jump jump)) {
            return Optional.empty();
        }
        long index = (long) element.next() + jump.displacement();
        return index < 0 || index >= size() ? Optional.empty() : at((int) index);
    }

    /** {@return the bytes that this was decoded from} */
    public byte[] toBytes() {
        byte[] bytes = new byte[Math.multiplyExact(size(), Word.SIZE)];
        int at = 0;
        for (CodeElement element : elements) {
            for (Word word : element.instruction().words()) {
                System.arraycopy(word.toBytes(order), 0, bytes, at, Word.SIZE);
                at += Word.SIZE;
            }
        }
        return bytes;
    }
}
