package io.ebpf4j.insn;

import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;

/** The text of one instruction, word for word as {@code kernel/bpf/disasm.c} has it. */
final class InstructionText {
    private static final HexFormat HEX = HexFormat.of();
    private static final String[] CLASSES = {"ld", "ldx", "st", "", "alu", "jmp", "jmp32", "alu64"};

    /** Thousands of instructions of a file can share one text of a megabyte, which no compiler writes. */
    private static final int LONGEST = 1024;

    private final Optional<String> symbol;
    private final Function<Instruction, Optional<String>> names;

    InstructionText(Optional<Symbol> symbol, Function<Instruction, Optional<String>> names) {
        this.symbol = symbol.map(InstructionText::bounded);
        this.names = names;
    }

    private static String bounded(Symbol symbol) {
        return new Symbol(symbol.kind(), bounded(symbol.name()), symbol.addend()).toString();
    }

    /** {@return a text from the file, cut where it is too long for one line} */
    static String bounded(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    String of(Instruction instruction) {
        if (instruction instanceof Unknown unknown) {
            Instruction lenient = Decoder.lenient(unknown);
            return lenient == null ? unknown(unknown.opcode()) : text(unknown.opcode(), lenient);
        }
        return text(instruction.opcode(), instruction);
    }

    private String text(int opcode, Instruction instruction) {
        return "(" + HEX.toHexDigits((byte) opcode) + ") " + what(instruction);
    }

    private static String unknown(int opcode) {
        String kind = CLASSES[opcode & 0x07];
        return "BUG_" + kind + (kind.isEmpty() ? "" : "_") + HEX.toHexDigits((byte) opcode);
    }

    private String what(Instruction instruction) {
        return switch (instruction) {
            case Arithmetic(var operation, var width, int dst, var operand) ->
                width.prefix() + dst + " " + operation.text() + " " + signed(operand, width);
            case Move(var width, int dst, var operand) -> width.prefix() + dst + " = " + signed(operand, width);
            case SignExtend(var width, var from, int dst, int src) ->
                width.prefix() + dst + " = (s" + from.bits() + ")" + width.prefix() + src;
            case Negate(var width, int dst) -> width.prefix() + dst + " = -" + width.prefix() + dst;
            case ByteSwap(var order, var size, int dst) -> "r" + dst + " = " + order.text() + size.bits() + " r" + dst;
            case LoadImmediate load -> "r" + load.dst() + " = " + value(load);
            case AddressSpaceCast(int dst, int src, int to, int from) ->
                "r" + dst + " = addr_space_cast(r" + src + ", " + to + ", " + from + ")";
            case PerCpuAddress(int dst, int src) -> "r" + dst + " = &(void __percpu *)(r" + src + ")";
            case Load(var size, boolean signed, int dst, int src, int offset) ->
                "r" + dst + " = " + memory(signed ? "s" : "u", size, src, offset);
            case Store(var size, int dst, int offset, var operand) ->
                memory("u", size, dst, offset) + " = " + signed(operand, Width.BITS_64);
            case Atomic atomic -> atomic(atomic);
            case LoadAbsolute(var size, int position) -> "r0 = *(u" + size.bits() + " *)skb[" + position + "]";
            case LoadIndirect(var size, int src, int position) ->
                "r0 = *(u" + size.bits() + " *)skb[r" + src + " + " + position + "]";
            case SpeculationBarrier() -> "nospec";
            case Goto(int displacement, boolean far) -> (far ? "gotol " : "goto ") + pc(displacement);
            case MayGoto(int displacement) -> "may_goto " + pc(displacement);
            case Branch(var condition, var width, int dst, var operand, int displacement) ->
                "if " + width.prefix() + dst + " " + condition.text() + " " + unsigned(operand, width) + " goto "
                        + pc(displacement);
            case ComputedGoto(int dst) -> "gotox r" + dst;
            case Call call -> "call " + callee(call);
            case Exit() -> "exit";
            case Unknown unknown -> unknown(unknown.opcode());
        };
    }

    private static String atomic(Atomic atomic) {
        Size size = atomic.size();
        String address = address("u", size, atomic.base(), atomic.offset());
        String call = (size == Size.DOUBLE ? "atomic64_" : "atomic_") + atomic.operation().text() + "(" + address
                + ", ";
        String value = "r" + atomic.value();
        return switch (atomic.operation()) {
            case ADD, OR, AND, XOR -> "lock *" + address + " " + atomic.operation().text() + " " + value;
            case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, EXCHANGE -> value + " = " + call + value + ")";
            case COMPARE_EXCHANGE -> "r0 = " + call + "r0, " + value + ")";
            case LOAD_ACQUIRE -> value + " = load_acquire(" + address + ")";
            case STORE_RELEASE -> "store_release(" + address + ", " + value + ")";
        };
    }

    private String callee(Call call) {
        if (symbol.isPresent()) {
            return symbol.get();
        }
        return switch (call.kind()) {
            case HELPER -> call.helper().or(() -> names.apply(call)).orElse("unknown") + "#" + call.target();
            case KERNEL_FUNCTION -> names.apply(call).orElse("kernel-function") + "#" + call.target();
            case FUNCTION -> "pc" + names.apply(call).orElseGet(() -> plus(call.displacement()));
        };
    }

    private String value(LoadImmediate load) {
        return symbol.or(() -> names.apply(load)).orElseGet(() -> switch (load.kind()) {
            case MAP -> "map[id:" + load.low() + "]";
            case MAP_VALUE -> "map[id:" + load.low() + "][0]+" + load.high();
            case MAP_INDEX_VALUE -> "map[idx:" + load.low() + "]+" + load.high();
            case FUNCTION -> "subprog[" + plus(load.low()) + "]";
            case VALUE, KERNEL_VARIABLE, MAP_INDEX -> "0x" + Long.toHexString(load.immediate());
        });
    }

    private static String memory(String sign, Size size, int register, int offset) {
        return "*" + address(sign, size, register, offset);
    }

    private static String address(String sign, Size size, int register, int offset) {
        return "(" + sign + size.bits() + " *)(r" + register + " " + plus(offset) + ")";
    }

    private static String signed(Operand operand, Width width) {
        return switch (operand) {
            case Operand.Register(int number) -> width.prefix() + number;
            case Operand.Constant(int value) -> Integer.toString(value);
        };
    }

    private static String unsigned(Operand operand, Width width) {
        return switch (operand) {
            case Operand.Register(int number) -> width.prefix() + number;
            case Operand.Constant(int value) -> "0x" + Integer.toHexString(value);
        };
    }

    private static String pc(int displacement) {
        return "pc" + plus(displacement);
    }

    private static String plus(int value) {
        return value < 0 ? Integer.toString(value) : "+" + value;
    }
}
