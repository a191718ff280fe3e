package io.ebpf4j.internal.insn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.insn.Branch;
import io.ebpf4j.insn.Code;
import io.ebpf4j.insn.CodeElement;
import io.ebpf4j.insn.Disassembler;
import io.ebpf4j.insn.Move;
import io.ebpf4j.insn.Operand;
import io.ebpf4j.insn.Size;
import io.ebpf4j.insn.Width;
import io.ebpf4j.internal.insn.CodeBuilder.Label;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeBuilderTest {
    private static final Operand ZERO = new Operand.Constant(0);

    private final CodeBuilder builder = new CodeBuilder();

    @Test
    void label_usedAndNotBound_throwsWhere() {
        builder.set(0, 0).go(builder.label()).exit();
        assertThatThrownBy(() -> builder.build("f", ByteOrder.LITTLE_ENDIAN)).isInstanceOf(IllegalStateException.class)
                .hasMessage("f: the instruction at 1 leads to a label that is bound nowhere");
    }

    @Test
    void label_boundTwice_throwsBothPlaces() {
        Label twice = builder.label();
        builder.bind(twice).set(0, 0);
        assertThatThrownBy(() -> builder.bind(twice)).isInstanceOf(IllegalStateException.class)
                .hasMessage("a label is bound at 0, and again at 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {32767, 32768})
    void branch_asFarAsItCanGo_goes_andNoFarther(int distance) {
        Label end = builder.label();
        builder.branch(Branch.Condition.EQUAL, 1, ZERO, end);
        for (int i = 0; i < distance; i++) {
            builder.set(0, i);
        }
        builder.bind(end).exit();
        if (distance == 32767) {
            assertThat(target(builder.build("f", ByteOrder.LITTLE_ENDIAN), 0)).isEqualTo(32768);
        } else {
            assertThatThrownBy(() -> builder.build("f", ByteOrder.LITTLE_ENDIAN))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("offset 32768 is not from -32768 to 32767");
        }
    }

    @Test
    void program_ofAllThatItMakes_isWhatTheDisassemblerShows() {
        Label loop = builder.label();
        Label end = builder.label();
        Label other = builder.label();
        builder.copy(6, 1).set(1, -5).bind(loop).load(Size.HALF, 2, 6, 4).store(Size.BYTE, 10, -1, 2).map(1, 7)
                .address(2, other).call(164).call(other).branch(Branch.Condition.EQUAL, 0, ZERO, end).go(loop).bind(end)
                .exit().bind(other).set(0, 3).exit();
        assertThat(builder.size()).isEqualTo(15);
        assertThat(text(builder.build("f", ByteOrder.nativeOrder()))).containsExactly(
                "0: (bf) r6 = r1",
                "1: (b7) r1 = -5",
                "2: (69) r2 = *(u16 *)(r6 +4)",
                "3: (73) *(u8 *)(r10 -1) = r2",
                "4: (18) r1 = map[id:7]",
                "6: (18) r2 = subprog[+6]",
                "8: (85) call bpf_for_each_map_elem#164",
                "9: (85) call pc+3",
                "10: (15) if r0 == 0x0 goto pc+1",
                "11: (05) goto pc-10",
                "12: (95) exit",
                "13: (b7) r0 = 3",
                "14: (95) exit");
    }

    /** What is assembled is decoded again to the same instructions, and jumps lead where their labels are. */
    @Test
    void program_ofRandomJumps_isDecodedAsItWasMeant() {
        long seed = System.nanoTime();
        System.out.println("CodeBuilderTest seed " + seed);
        var random = new Random(seed);
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            for (int round = 0; round < 200; round++) {
                var made = new CodeBuilder();
                Label[] labels = new Label[1 + random.nextInt(8)];
                Arrays.setAll(labels, i -> made.label());
                int[] bound = new int[labels.length];
                List<int[]> jumps = new ArrayList<>(); // from where, with which label
                int next = 0;
                for (int at = 0; at < 100; at++) {
                    if (next < labels.length && random.nextInt(10) == 0) {
                        bound[next] = made.size();
                        made.bind(labels[next++]);
                    }
                    int label = random.nextInt(labels.length);
                    switch (random.nextInt(4)) {
                        case 0 -> made.with(new Move(Width.BITS_32, 3, new Operand.Constant(random.nextInt())));
                        case 1 -> made.map(1, random.nextInt());
                        case 2 -> {
                            jumps.add(new int[]{made.size(), label});
                            made.go(labels[label]);
                        }
                        default -> {
                            jumps.add(new int[]{made.size(), label});
                            made.branch(Branch.Condition.SIGNED_LESS, 2, new Operand.Register(5), labels[label]);
                        }
                    }
                }
                for (; next < labels.length; next++) {
                    bound[next] = made.size();
                    made.bind(labels[next]);
                }
                made.exit();
                Code code = made.build("f", order);
                assertThat(Code.of("f", MemorySegment.ofArray(code.toBytes()), order)).as("seed %d, round %d", seed,
                        round).isEqualTo(code);
                for (int[] jump : jumps) {
                    assertThat(target(code, jump[0])).as("seed %d, round %d, jump at %d", seed, round, jump[0])
                            .isEqualTo(bound[jump[1]]);
                }
            }
        }
    }

    private static int target(Code code, int index) {
        return code.target(code.at(index).orElseThrow()).map(CodeElement::index).orElse(-1);
    }

    private static List<String> text(Code code) {
        return Disassembler.create().withSource(Disassembler.Source.NONE).text(code).lines().map(String::strip)
                .toList();
    }
}
