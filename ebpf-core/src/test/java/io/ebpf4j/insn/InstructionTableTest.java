package io.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** All of the instruction set: {@code instructions.txt} has the bytes and what they must be called. */
class InstructionTableTest {
    private record Row(String hex, String text) {
        byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }
    }

    private static List<Row> rows() {
        try (var in = InstructionTableTest.class.getResourceAsStream("instructions.txt")) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).map(line -> {
                int bar = line.indexOf(" | ");
                return new Row(line.substring(0, bar).replace(" ", ""),
                        line.substring(bar + 3));
            }).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static CodeElement decode(byte[] bytes, ByteOrder order) {
        var code = Code.of("f", MemorySegment.ofArray(bytes), order);
        assertThat(code.elements()).as(HexFormat.of().formatHex(bytes)).hasSize(1);
        assertThat(code.toBytes()).isEqualTo(bytes);
        return code.elements().getFirst();
    }

    /** What a big-endian machine has instead: registers, offset and immediate turned round, each for itself. */
    private static byte[] bigEndian(byte[] bytes) {
        byte[] turned = bytes.clone();
        for (int at = 0; at < bytes.length; at += 8) {
            turned[at + 1] = (byte) ((bytes[at + 1] << 4) | ((bytes[at + 1] & 0xf0) >> 4));
            for (int i = 0; i < 2; i++) {
                turned[at + 2 + i] = bytes[at + 3 - i];
            }
            for (int i = 0; i < 4; i++) {
                turned[at + 4 + i] = bytes[at + 7 - i];
            }
        }
        return turned;
    }

    @Test
    void eachInstruction_inBothByteOrders_hasItsText() {
        Disassembler disassembler = Disassembler.create();
        for (Row row : rows()) {
            CodeElement element = decode(row.bytes(), ByteOrder.LITTLE_ENDIAN);
            assertThat(disassembler.text(element)).isEqualTo(row.text());
            assertThat(element.instruction()).isNotInstanceOf(Unknown.class);
            assertThat(decode(bigEndian(row.bytes()), ByteOrder.BIG_ENDIAN)).isEqualTo(element);
        }
    }

    /** Whatever decodes has a row: so the table leaves nothing out. */
    @Test
    void table_hasEachKnownOpcodeAndEachSelector() {
        Set<String> inTable = rows().stream().map(row -> kind(decode(row.bytes(), ByteOrder.LITTLE_ENDIAN)
                .instruction())).collect(Collectors.toCollection(TreeSet::new));
        var known = new TreeSet<String>();
        int[] offsets = {0, 1, -1, 8, 16, 32};
        int[] immediates = IntStream.concat(IntStream.rangeClosed(0, 0x111), IntStream.of(-1, 0x10000)).toArray();
        for (int opcode = 0; opcode <= 0xff; opcode++) {
            for (int src = 0; src < 16; src++) {
                for (int offset : offsets) {
                    for (int immediate : immediates) {
                        var word = new Word(opcode, 0, src, offset, immediate);
                        known.add(kind(word.isWide()
                                ? Instruction.of(word, new Word(0, 0, 0, 0, 0))
                                : Instruction.of(word)));
                    }
                }
            }
        }
        known.remove("unknown");
        assertThat(inTable).isEqualTo(known);
        assertThat(known).hasSize(185);
    }

    /** The opcode, and what else tells one operation from another. */
    private static String kind(Instruction instruction) {
        var selectors = new ArrayList<Object>(List.of(instruction.getClass().getSimpleName(), instruction.opcode()));
        switch (instruction) {
            case Arithmetic arithmetic -> selectors.add(arithmetic.operation());
            case SignExtend extend -> selectors.add(extend.from());
            case ByteSwap swap -> selectors.add(swap.size());
            case LoadImmediate load -> selectors.add(load.kind());
            case Atomic(var operation, var size, int _, int _, int _) -> {
                // The verifier takes one and two bytes for these two only; the table has no others.
                if (size.bytes() < 4 && operation != Atomic.Operation.LOAD_ACQUIRE
                        && operation != Atomic.Operation.STORE_RELEASE) {
                    return "unknown";
                }
                selectors.add(operation);
            }
            case Call call -> selectors.add(call.kind());
            case Unknown _ -> {
                return "unknown";
            }
            case Instruction _ -> {
                // the opcode says it all
            }
        }
        return selectors.toString();
    }

    @Test
    void fields_ofEachInstruction_areThoseOfItsWord() {
        for (Row row : rows()) {
            Instruction instruction = decode(row.bytes(), ByteOrder.LITTLE_ENDIAN).instruction();
            byte[] bytes = row.bytes();
            var fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(instruction.opcode()).isEqualTo(bytes[0] & 0xff);
            assertThat(instruction.dst()).as(row.text()).isEqualTo(bytes[1] & 0xf);
            assertThat(instruction.src()).as(row.text()).isEqualTo((bytes[1] >> 4) & 0xf);
            assertThat(instruction.offset()).as(row.text()).isEqualTo(fields.getShort(2));
            long low = fields.getInt(4);
            long expected = bytes.length == 8
                    ? low
                    : ((long) fields.getInt(12) << 32) + Integer.toUnsignedLong((int) low);
            assertThat(instruction.immediate()).as(row.text()).isEqualTo(expected);
        }
    }
}
