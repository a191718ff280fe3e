package io.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.testing.Fixtures;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodeTest {
    /** {@code r1 = 0x100000005 ll; if r1 == 0x0 goto pc-3; goto pc+1; call 1; exit}. */
    private static final String LOOP = "18 01 00 00 05 00 00 00 00 00 00 00 01 00 00 00  15 01 fd ff 00 00 00 00"
            + " 05 00 01 00 00 00 00 00  85 00 00 00 01 00 00 00  95 00 00 00 00 00 00 00";

    private static Code code(String hex) {
        return Code.of("f", Fixtures.bytes(hex), ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @CsvSource({
            "95 00 00 00 00 00 00, 'function ''f'': an instruction at offset 0 has 7 bytes, must have 8'",
            "95 00 00 00 00 00 00 00 95, 'function ''f'': an instruction at offset 8 has 1 bytes, must have 8'",
            "95 00 00 00 00 00 00 00 18 00 00 00 00 00 00 00, "
                    + "'function ''f'': the ld_imm64 at offset 8 has 8 bytes, must have 16'"})
    void bytes_thatEndWithinAnInstruction_throwWithFunctionAndOffset(String hex, String message) {
        assertThatThrownBy(() -> code(hex)).isInstanceOf(MalformedCodeException.class).hasMessage(message);
    }

    @Test
    void indexes_countWords() {
        Code code = code(LOOP);
        assertThat(code.elements()).extracting(CodeElement::index).containsExactly(0, 2, 3, 4, 5);
        assertThat(code.elements()).extracting(CodeElement::instruction).containsExactly(
                new LoadImmediate(LoadImmediate.Kind.VALUE, 1, 0x1_0000_0005L),
                new Branch(Branch.Condition.EQUAL, Width.BITS_64, 1, new Operand.Constant(0), -3), new Goto(1, false),
                new Call(Call.Kind.HELPER, 0, 1), new Exit());
        assertThat(code.size()).isEqualTo(6);
        assertThat(code.at(0)).hasValue(code.elements().getFirst());
        assertThat(code.at(1)).as("within ld_imm64").isEmpty();
        assertThat(code.at(5)).hasValue(code.elements().getLast());
        assertThat(code.at(6)).isEmpty();
        assertThat(code.at(-1)).isEmpty();
        assertThat(code("").size()).isZero();
    }

    @Test
    void target_isCountedFromTheNextInstruction() {
        Code code = code(LOOP);
        assertThat(code.target(code.at(2).orElseThrow())).hasValue(code.elements().getFirst());
        assertThat(code.target(code.at(3).orElseThrow())).hasValue(code.elements().getLast());
        assertThat(code.target(code.at(4).orElseThrow())).as("a call").isEmpty();
        Code outside = code("05 00 ff 7f 00 00 00 00 06 00 00 00 ff ff ff 7f 05 00 fc ff 00 00 00 00");
        assertThat(outside.elements()).hasSize(3).allSatisfy(jump -> assertThat(outside.target(jump)).isEmpty());
    }

    @Test
    void elements_withAGap_areRefused() {
        var exit = new CodeElement(1, new Exit(), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> new Code("f", Optional.empty(), ByteOrder.LITTLE_ENDIAN, List.of(exit)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("function 'f': an instruction is at 1, must be at 0");
    }

    @ParameterizedTest
    @CsvSource({"07 01 01 00 05 00 00 00, (07) r1 += 5", "0f 21 00 00 01 00 00 00, (0f) r1 += r2",
            "37 01 02 00 05 00 00 00, BUG_alu64_37", "b7 01 08 00 05 00 00 00, (b7) r1 = 5",
            "bc 21 20 00 00 00 00 00, BUG_alu_bc", "d4 01 00 00 18 00 00 00, BUG_alu_d4",
            "8f 01 00 00 00 00 00 00, BUG_alu64_8f", "85 00 00 00 01 00 00 00, (85) call bpf_map_lookup_elem#1",
            "85 00 01 00 01 00 00 00, (85) call bpf_map_lookup_elem#1", "85 30 00 00 01 00 00 00, BUG_jmp_85",
            "e5 10 00 00 00 00 00 00, BUG_jmp_e5", "06 00 01 00 00 00 00 00, (06) gotol pc+0",
            "86 00 00 00 00 00 00 00, BUG_jmp32_86", "96 00 00 00 00 00 00 00, BUG_jmp32_96",
            "99 21 00 00 00 00 00 00, BUG_ldx_99", "71 21 00 00 01 00 00 00, (71) r1 = *(u8 *)(r2 +0)",
            "db 21 00 00 02 00 00 00, BUG_db", "ca 00 00 00 00 00 00 00, (ca) nospec",
            "82 00 00 00 00 00 00 00, BUG_st_82", "00 00 00 00 00 00 00 00, BUG_ld_00",
            "18 71 00 00 00 00 00 00 00 00 00 00 00 00 00 00, BUG_ld_18",
            "18 01 00 00 05 00 00 00 00 00 01 00 00 00 00 00, (18) r1 = 0x5"})
    void words_thatSayMoreThanTheirKindOrNothing_areKeptAndShown(String hex, String text) {
        Code code = code(hex);
        CodeElement element = code.elements().getFirst();
        assertThat(Disassembler.create().text(element)).isEqualTo(text);
        boolean valid = hex.startsWith("85 00 00");
        assertThat(element.instruction() instanceof Unknown).isEqualTo(!valid);
        assertThat(code.toBytes()).isEqualTo(Fixtures.bytes(hex).toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void anyWords_areDecodedShownAndEncodedAgain() {
        long seed = System.nanoTime();
        System.out.println("CodeTest seed " + seed);
        var random = new Random(seed);
        int[] offsets = {0, 1, 8, 16, 32, -1};
        int[] immediates = {0, 1, 16, 32, 64, 0x40, 0x51, 0xe1, 0xf1, 0x100, 0x110, -1};
        Disassembler disassembler = Disassembler.create().withOpcodes(true);
        int unknown = 0;
        for (int i = 0; i < 20_000; i++) {
            ByteOrder order = i % 2 == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
            byte[] bytes = new byte[16];
            random.nextBytes(bytes);
            if (i % 4 < 2) {
                var word = new Word(bytes[0] & 0xff, bytes[1] & 0xf, (bytes[2] & 0xf) * (bytes[8] & 1),
                        offsets[(bytes[3] & 0xff) % offsets.length] * (bytes[9] & 1),
                        immediates[(bytes[4] & 0xff) % immediates.length] * (bytes[10] & 1));
                System.arraycopy(word.toBytes(order), 0, bytes, 0, 8);
            }
            Code code;
            try {
                code = Code.of("f", MemorySegment.ofArray(bytes), order);
            } catch (MalformedCodeException e) {
                assertThat(bytes[8]).as("the opcode at the end, seed %d", seed).isEqualTo((byte) 0x18);
                continue;
            }
            assertThat(code.toBytes()).as("seed %d", seed).isEqualTo(bytes);
            assertThat(disassembler.text(code).lines()).hasSize(2 * code.elements().size());
            unknown += (int) code.elements().stream().filter(e -> e.instruction() instanceof Unknown).count();
        }
        assertThat(unknown).isBetween(1_000, 38_500);
    }

    @Test
    void everyPrefix_decodesOrThrowsTheOneException() {
        byte[] whole = Fixtures.bytes(LOOP).toArray(ValueLayout.JAVA_BYTE);
        for (int length = 0; length <= whole.length; length++) {
            byte[] prefix = Arrays.copyOf(whole, length);
            if (length % 8 == 0 && length != 8) {
                assertThat(code(LOOP.replace(" ", "").substring(0, 2 * length)).toBytes()).isEqualTo(prefix);
            } else {
                assertThatThrownBy(() -> Code.of("f", MemorySegment.ofArray(prefix), ByteOrder.LITTLE_ENDIAN))
                        .isInstanceOf(MalformedCodeException.class);
            }
        }
    }

    @Test
    void instructions_withNumbersOutOfRange_areRefused() {
        assertThatThrownBy(() -> new Negate(Width.BITS_64, 16)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("register 16 is not from 0 to 15");
        assertThatThrownBy(() -> new Goto(32768, false)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("offset 32768 is not from -32768 to 32767");
        assertThat(new Goto(32768, true).word()).isEqualTo(new Word(0x06, 0, 0, 0, 32768));
        assertThatThrownBy(() -> new SignExtend(Width.BITS_32, Size.WORD, 1, 2))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Load(Size.DOUBLE, true, 1, 2, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ByteSwap(ByteSwap.Order.BIG, Size.BYTE, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Call(Call.Kind.HELPER, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Instruction.of(new Word(0x18, 0, 0, 0, 0)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("half an instruction");
        var exit = new Exit().word();
        assertThatThrownBy(() -> Instruction.of(exit, exit)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Unknown(List.of(exit, exit))).isInstanceOf(IllegalArgumentException.class);
    }
}
