package io.ebpf4j.internal.kernel.live.walk;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.insn.Code;
import io.ebpf4j.insn.CodeElement;
import io.ebpf4j.insn.Disassembler;
import io.ebpf4j.insn.Load;
import io.ebpf4j.insn.Store;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WalkCodeTest {
    @Test
    void program_ofAKeyOf13BytesAndAValueOf3_copiesThemWordByWord() {
        WalkCode code = WalkCode.of(new WalkLayout(13, 3, 0), 5, 6, ByteOrder.nativeOrder());
        assertThat(code.step()).isEqualTo(15);
        assertThat(text(code.code())).containsExactly(
                "0: (bf) r6 = r1",
                "1: (79) r1 = *(u64 *)(r6 +0)",
                "2: (7b) *(u64 *)(r10 -8) = r1",
                "3: (18) r1 = map[id:5]",
                "5: (18) r2 = subprog[+9]",
                "7: (bf) r3 = r10",
                "8: (07) r3 += -8",
                "9: (b7) r4 = 0",
                "10: (85) call bpf_for_each_map_elem#164",
                "11: (79) r1 = *(u64 *)(r10 -8)",
                "12: (7b) *(u64 *)(r6 +0) = r1",
                "13: (b7) r0 = 0",
                "14: (95) exit",
                "15: (bf) r6 = r2",
                "16: (bf) r7 = r3",
                "17: (bf) r8 = r4",
                "18: (79) r1 = *(u64 *)(r8 +0)",
                "19: (63) *(u32 *)(r10 -4) = r1",
                "20: (bf) r2 = r10",
                "21: (07) r2 += -4",
                "22: (18) r1 = map[id:6]",
                "24: (85) call bpf_map_lookup_elem#1",
                "25: (15) if r0 == 0x0 goto pc+21",
                "26: (bf) r9 = r0",
                "27: (79) r1 = *(u64 *)(r6 +0)",
                "28: (7b) *(u64 *)(r9 +0) = r1",
                "29: (61) r1 = *(u32 *)(r6 +8)",
                "30: (63) *(u32 *)(r9 +8) = r1",
                "31: (71) r1 = *(u8 *)(r6 +12)",
                "32: (73) *(u8 *)(r9 +12) = r1",
                "33: (69) r1 = *(u16 *)(r7 +0)",
                "34: (6b) *(u16 *)(r9 +16) = r1",
                "35: (71) r1 = *(u8 *)(r7 +2)",
                "36: (73) *(u8 *)(r9 +18) = r1",
                "37: (18) r1 = map[id:5]",
                "39: (bf) r2 = r9",
                "40: (85) call bpf_map_lookup_elem#1",
                "41: (5d) if r0 != r7 goto pc+3",
                "42: (79) r1 = *(u64 *)(r8 +0)",
                "43: (07) r1 += 1",
                "44: (7b) *(u64 *)(r8 +0) = r1",
                "45: (b7) r0 = 0",
                "46: (95) exit",
                "47: (7a) *(u64 *)(r8 +0) = -1",
                "48: (b7) r0 = 1",
                "49: (95) exit");
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "2, 8, 0", "3, 5, 0", "16, 8, 0", "512, 7, 0", "7, 3000, 0", "4, 8, 2", "9, 12, 3",
            "1, 1, 64"})
    void program_ofAnySizes_readsAndWritesEachByteOnce_andNoneBeyond(int keySize, int valueSize, int cpus) {
        var layout = new WalkLayout(keySize, valueSize, cpus);
        WalkCode code = WalkCode.of(layout, 5, 6, ByteOrder.BIG_ENDIAN);
        assertThat(Code.of("walk", MemorySegment.ofArray(code.code().toBytes()), ByteOrder.BIG_ENDIAN))
                .isEqualTo(code.code());
        var written = new BitSet();
        int read = 0;
        for (CodeElement element : code.code().elements()) {
            switch (element.instruction()) {
                case Store(var size, int base, int offset, _) when base == 9 -> {
                    assertThat(written.get(offset, offset + size.bytes()).isEmpty()).isTrue();
                    assertThat(offset % size.bytes()).as("alignment at %s", element).isZero();
                    written.set(offset, offset + size.bytes());
                }
                case Load(var size, _, _, int base, int offset) when base != 8 && element.index() > code.step() -> {
                    read += size.bytes();
                    assertThat(offset + size.bytes()).isLessThanOrEqualTo(base == 6 ? keySize : valueSize);
                }
                default -> {
                    // copies nothing
                }
            }
        }
        var wanted = new BitSet();
        wanted.set(0, keySize);
        for (int value = 0; value < Math.max(1, cpus); value++) {
            int begin = layout.valueOffset() + value * layout.valueStride();
            wanted.set(begin, begin + valueSize);
        }
        assertThat(written).isEqualTo(wanted);
        assertThat(read).isEqualTo(wanted.cardinality());
        assertThat(layout.stride()).isGreaterThanOrEqualTo(wanted.length()).matches(stride -> stride % 8 == 0);
    }

    @Test
    void types_areAFunctionAndOneThatIsStatic() {
        WalkTypes types = WalkTypes.of(ByteOrder.nativeOrder());
        Btf btf = Btf.parse(types.bytes(), "walk");
        assertThat(btf.type(types.walk())).isInstanceOfSatisfying(BtfType.Func.class,
                walk -> assertThat(walk.name()).isEqualTo("walk"));
        assertThat(btf.type(types.step())).isInstanceOfSatisfying(BtfType.Func.class,
                step -> assertThat(step.linkage()).isEqualTo(BtfType.Linkage.STATIC));
    }

    private static List<String> text(Code code) {
        return Disassembler.create().withSource(Disassembler.Source.NONE).text(code).lines().map(String::strip)
                .toList();
    }
}
