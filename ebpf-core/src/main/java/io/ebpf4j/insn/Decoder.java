package io.ebpf4j.insn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** From words to instructions. */
final class Decoder {
    private static final Size[] SIZES = Size.values();
    private static final LoadImmediate.Kind[] CONSTANTS = LoadImmediate.Kind.values();
    private static final Call.Kind[] CALLS = Call.Kind.values();
    private static final Arithmetic.Operation[] OPERATIONS = Arithmetic.Operation.values();
    private static final Atomic.Operation[] ATOMICS = Atomic.Operation.values();
    private static final Branch.Condition[] CONDITIONS = Branch.Condition.values();

    private Decoder() {}

    /** {@return what the word says, if that is all that it says} */
    static Instruction exact(Word word) {
        Instruction instruction = lenient(word);
        return instruction != null && instruction.word().equals(word) ? instruction : new Unknown(List.of(word));
    }

    /** {@return what the two words say, if that is all that they say} */
    static Instruction exact(Word first, Word second) {
        List<Word> words = List.of(first, second);
        Instruction instruction = lenient(first, second);
        return instruction != null && instruction.words().equals(words) ? instruction : new Unknown(words);
    }

    /** {@return what the words say, fields that are not used left aside; null when it is not known} */
    static @Nullable Instruction lenient(Unknown unknown) {
        List<Word> words = unknown.words();
        return words.size() == 1 ? lenient(words.getFirst()) : lenient(words.getFirst(), words.get(1));
    }

    /** {@return a word with {@code BPF_X} or {@code BPF_K}} */
    static Word word(int code, int dst, Operand operand, int offset) {
        return switch (operand) {
            case Operand.Register(int number) -> new Word(code | Fields.X, dst, number, offset, 0);
            case Operand.Constant(int value) -> new Word(code, dst, 0, offset, value);
        };
    }

    private static @Nullable Instruction lenient(Word first, Word second) {
        for (LoadImmediate.Kind kind : CONSTANTS) {
            if (kind.source() == first.src()) {
                return new LoadImmediate(kind, first.dst(),
                        (long) second.immediate() << Integer.SIZE | Integer.toUnsignedLong(first.immediate()));
            }
        }
        return null;
    }

    private static @Nullable Instruction lenient(Word word) {
        return switch (word.opcode() & 0x07) {
            case Fields.LD -> packet(word);
            case Fields.LDX -> load(word);
            case Fields.ST -> store(word);
            case Fields.STX -> mode(word) == Fields.ATOMIC ? atomic(word) : store(word);
            case Fields.ALU -> computation(word, Width.BITS_32);
            case Fields.ALU64 -> computation(word, Width.BITS_64);
            case Fields.JMP32 -> transfer(word, Width.BITS_32);
            default -> transfer(word, Width.BITS_64);
        };
    }

    private static @Nullable Instruction packet(Word word) {
        return switch (mode(word)) {
            case Fields.ABS -> new LoadAbsolute(size(word), word.immediate());
            case Fields.IND -> new LoadIndirect(size(word), word.src(), word.immediate());
            default -> null;
        };
    }

    private static @Nullable Instruction load(Word word) {
        boolean signed = mode(word) == Fields.MEMSX;
        if (signed ? size(word) == Size.DOUBLE : mode(word) != Fields.MEM) {
            return null;
        }
        return new Load(size(word), signed, word.dst(), word.src(), word.offset());
    }

    private static @Nullable Instruction store(Word word) {
        boolean register = (word.opcode() & 0x07) == Fields.STX;
        if (mode(word) == Fields.NOSPEC && !register) {
            return new SpeculationBarrier();
        }
        if (mode(word) != Fields.MEM) {
            return null;
        }
        Operand value = register ? new Operand.Register(word.src()) : new Operand.Constant(word.immediate());
        return new Store(size(word), word.dst(), word.offset(), value);
    }

    private static @Nullable Instruction atomic(Word word) {
        for (Atomic.Operation operation : ATOMICS) {
            if (operation.code() == word.immediate()) {
                boolean load = operation == Atomic.Operation.LOAD_ACQUIRE;
                return new Atomic(operation, size(word), load ? word.src() : word.dst(), word.offset(),
                        load ? word.dst() : word.src());
            }
        }
        return null;
    }

    private static @Nullable Instruction computation(Word word, Width width) {
        return switch (operation(word)) {
            case Move.CODE -> move(word, width);
            case Negate.CODE -> isRegister(word) ? null : new Negate(width, word.dst());
            case ByteSwap.CODE -> swap(word, width);
            default -> arithmetic(word, width);
        };
    }

    private static @Nullable Instruction move(Word word, Width width) {
        if (word.offset() == 0 || !isRegister(word)) {
            return new Move(width, word.dst(), operand(word));
        }
        if (width == Width.BITS_64 && word.offset() == AddressSpaceCast.SELECTOR) {
            return new AddressSpaceCast(word.dst(), word.src(), word.immediate() >>> 16, word.immediate() & 0xffff);
        }
        if (width == Width.BITS_64 && word.offset() == PerCpuAddress.SELECTOR) {
            return new PerCpuAddress(word.dst(), word.src());
        }
        for (Size from : SIZES) {
            if (from.bits() == word.offset() && SignExtend.isPossible(width, from)) {
                return new SignExtend(width, from, word.dst(), word.src());
            }
        }
        return null;
    }

    private static @Nullable Instruction swap(Word word, Width width) {
        if (width == Width.BITS_64 && isRegister(word)) {
            return null;
        }
        ByteSwap.Order order = width == Width.BITS_64
                ? ByteSwap.Order.OTHER
                : isRegister(word) ? ByteSwap.Order.BIG : ByteSwap.Order.LITTLE;
        return switch (word.immediate()) {
            case 16 -> new ByteSwap(order, Size.HALF, word.dst());
            case 32 -> new ByteSwap(order, Size.WORD, word.dst());
            case 64 -> new ByteSwap(order, Size.DOUBLE, word.dst());
            default -> null;
        };
    }

    private static @Nullable Instruction arithmetic(Word word, Width width) {
        int code = operation(word);
        boolean division = code == Arithmetic.Operation.DIV.code() || code == Arithmetic.Operation.MOD.code();
        int selector = division ? word.offset() : 0;
        for (Arithmetic.Operation operation : OPERATIONS) {
            if (operation.code() == code && operation.selector() == selector) {
                return new Arithmetic(operation, width, word.dst(), operand(word));
            }
        }
        return null;
    }

    private static @Nullable Instruction transfer(Word word, Width width) {
        if (word.opcode() == (Goto.CODE | width.jump())) {
            return width == Width.BITS_64 ? new Goto(word.offset(), false) : new Goto(word.immediate(), true);
        }
        return switch (word.opcode()) {
            case ComputedGoto.OPCODE -> new ComputedGoto(word.dst());
            case Exit.OPCODE -> new Exit();
            case Call.OPCODE -> call(word);
            case MayGoto.OPCODE -> word.src() != 0 ? null : new MayGoto(word.offset());
            default -> branch(word, width);
        };
    }

    private static @Nullable Instruction call(Word word) {
        for (Call.Kind kind : CALLS) {
            if (kind.source() == word.src()) {
                return new Call(kind, kind == Call.Kind.HELPER ? 0 : word.offset(), word.immediate());
            }
        }
        return null;
    }

    private static @Nullable Instruction branch(Word word, Width width) {
        for (Branch.Condition condition : CONDITIONS) {
            if (condition.code() == operation(word)) {
                return new Branch(condition, width, word.dst(), operand(word), word.offset());
            }
        }
        return null;
    }

    private static int mode(Word word) {
        return word.opcode() & 0xe0;
    }

    private static int operation(Word word) {
        return word.opcode() & 0xf0;
    }

    private static boolean isRegister(Word word) {
        return (word.opcode() & Fields.X) != 0;
    }

    private static Size size(Word word) {
        return switch (word.opcode() & 0x18) {
            case 0x00 -> Size.WORD;
            case 0x08 -> Size.HALF;
            case 0x10 -> Size.BYTE;
            default -> Size.DOUBLE;
        };
    }

    private static Operand operand(Word word) {
        return isRegister(word) ? new Operand.Register(word.src()) : new Operand.Constant(word.immediate());
    }
}
