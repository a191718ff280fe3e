package io.ebpf4j.internal.insn;

import io.ebpf4j.insn.Branch;
import io.ebpf4j.insn.Call;
import io.ebpf4j.insn.Code;
import io.ebpf4j.insn.CodeElement;
import io.ebpf4j.insn.Exit;
import io.ebpf4j.insn.Goto;
import io.ebpf4j.insn.Instruction;
import io.ebpf4j.insn.Load;
import io.ebpf4j.insn.LoadImmediate;
import io.ebpf4j.insn.Move;
import io.ebpf4j.insn.Operand;
import io.ebpf4j.insn.Size;
import io.ebpf4j.insn.Store;
import io.ebpf4j.insn.Width;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Assembles a program: its functions one after the other, with labels where distances go. All instructions are of
 * instruction set version 1, which every kernel has. For use by one thread.
 */
public final class CodeBuilder {
    /** A place in the code, which is bound once, before or after it is used. */
    public static final class Label {
        private static final int NOWHERE = -1;

        private int index = NOWHERE;

        private Label() {}
    }

    /**
     * An instruction, once the code around it is known.
     *
     * @param index where it begins
     * @param target what its distance leads to
     * @param from where that counts from
     * @param made takes the distance
     */
    private record Place(int index, Label target, int from, IntFunction<Instruction> made) {
        CodeElement element() {
            return new CodeElement(index, made.apply(target.index - from), Optional.empty(), Optional.empty());
        }
    }

    private final List<Place> places = new ArrayList<>();
    private int size;

    /** Begins with no instruction. */
    public CodeBuilder() {}

    /** {@return a label that is bound nowhere yet} */
    public Label label() {
        return new Label();
    }

    /**
     * Binds a label to what follows.
     *
     * @throws IllegalStateException when it is bound already
     */
    public CodeBuilder bind(Label label) {
        if (label.index != Label.NOWHERE) {
            throw new IllegalStateException("a label is bound at " + label.index + ", and again at " + size);
        }
        label.index = size;
        return this;
    }

    /** Adds any instruction that refers to no label. */
    public CodeBuilder with(Instruction instruction) {
        Label here = new Label();
        here.index = size;
        return add(instruction.words().size(), here, size, _ -> instruction);
    }

    /** {@code dst = src} */
    public CodeBuilder copy(int dst, int src) {
        return with(new Move(Width.BITS_64, dst, new Operand.Register(src)));
    }

    /** {@code dst = value} */
    public CodeBuilder set(int dst, int value) {
        return with(new Move(Width.BITS_64, dst, new Operand.Constant(value)));
    }

    /** {@code dst = *(size *)(src + offset)} */
    public CodeBuilder load(Size size, int dst, int src, int offset) {
        return with(new Load(size, false, dst, src, offset));
    }

    /** {@code *(size *)(dst + offset) = src} */
    public CodeBuilder store(Size size, int dst, int offset, int src) {
        return with(new Store(size, dst, offset, new Operand.Register(src)));
    }

    /** {@code dst = map}, by its file descriptor */
    public CodeBuilder map(int dst, int fd) {
        return with(new LoadImmediate(LoadImmediate.Kind.MAP, dst, Integer.toUnsignedLong(fd)));
    }

    /** {@code dst = function} */
    public CodeBuilder address(int dst, Label function) {
        // the distance counts from the second half of this instruction, and not from what follows
        return add(2, function, size + 1, distance -> new LoadImmediate(LoadImmediate.Kind.FUNCTION, dst,
                Integer.toUnsignedLong(distance)));
    }

    /** {@code r0 = helper(r1, ..)} */
    public CodeBuilder call(int helper) {
        return with(new Call(Call.Kind.HELPER, 0, helper));
    }

    /** {@code r0 = function(r1, ..)} */
    public CodeBuilder call(Label function) {
        return add(1, function, size + 1, distance -> new Call(Call.Kind.FUNCTION, 0, distance));
    }

    /** {@code if dst condition operand goto target} */
    public CodeBuilder branch(Branch.Condition condition, int dst, Operand operand, Label target) {
        return add(1, target, size + 1,
                distance -> new Branch(condition, Width.BITS_64, dst, operand, distance));
    }

    /** {@code goto target} */
    public CodeBuilder go(Label target) {
        return add(1, target, size + 1, distance -> new Goto(distance, false));
    }

    /** Back to the caller, with what is in register 0. */
    public CodeBuilder exit() {
        return with(new Exit());
    }

    /** {@return how many words there are so far, which is where the next instruction begins} */
    public int size() {
        return size;
    }

    /**
     * {@return the code}
     *
     * @param name what messages call it
     * @param order the byte order of the machine that runs it
     * @throws IllegalStateException when a label is used that is bound nowhere
     * @throws IllegalArgumentException when a label is farther than a jump can go
     */
    public Code build(String name, ByteOrder order) {
        List<CodeElement> elements = new ArrayList<>(places.size());
        for (Place place : places) {
            if (place.target().index == Label.NOWHERE) {
                throw new IllegalStateException(
                        name + ": the instruction at " + place.index() + " leads to a label that is bound nowhere");
            }
            elements.add(place.element());
        }
        return new Code(name, Optional.empty(), order, elements);
    }

    private CodeBuilder add(int words, Label target, int from, IntFunction<Instruction> made) {
        places.add(new Place(size, target, from, made));
        size += words;
        return this;
    }
}
