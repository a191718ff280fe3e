package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ebpf4j.btf.BtfExt.CoreKind;
import io.ebpf4j.btf.BtfExt.CoreRelocation;
import io.ebpf4j.btf.internal.ExtReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class BtfExtTest {
    @SuppressWarnings("unused") // by name
    private static final List<String> OBJECTS = Kinds.ALL;

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void records_ofAnObject_tellFunctionsLinesAndRelocations(String object) {
        var elf = Kinds.elf(object);
        var btf = Btf.of(elf).orElseThrow();
        var ext = BtfExt.of(elf, btf).orElseThrow();
        assertThat(ext.functions()).extracting(f -> f.section(), f -> f.offset(), f -> btf.type(f.type()).name())
                .containsExactlyInAnyOrder(tuple("raw_tp/sched_switch", 0L, "on_switch"), tuple(".text", 0L, "helper"));
        assertThat(ext.relocations()).extracting(r -> r.section(), r -> btf.type(r.type()).name(),
                CoreRelocation::access, CoreRelocation::kind)
                .containsExactly(tuple("raw_tp/sched_switch", "task_struct", "0:0", CoreKind.FIELD_BYTE_OFFSET));
        assertThat(ext.needsKernelBtf()).isTrue();

        // Each line is where it says in the very source it was made from.
        var source = new String(Kinds.read("kinds.bpf.c"), StandardCharsets.UTF_8).lines().toList();
        assertThat(ext.lines()).hasSizeGreaterThan(20)
                .allSatisfy(line -> assertThat(line.file()).endsWith("kinds.bpf.c"))
                .allSatisfy(line -> assertThat(source.get(line.line() - 1)).isEqualTo(line.text()));
        var first = ext.line("raw_tp/sched_switch", 0).orElseThrow();
        assertThat(first.text()).contains("on_switch(u64 *ctx)");
        var second = ext.lines().stream().filter(l -> l.section().equals(first.section()) && l.offset() > 0).findFirst()
                .orElseThrow();
        assertThat(ext.line("raw_tp/sched_switch", second.offset() - 8)).hasValueSatisfying(
                line -> assertThat(line.offset()).isLessThan(second.offset()));
        assertThat(ext.line("raw_tp/sched_switch", second.offset()).orElseThrow().offset())
                .isEqualTo(second.offset());
        assertThat(ext.line("raw_tp/sched_switch", Long.MAX_VALUE).orElseThrow().text()).isNotEmpty();
        assertThat(ext.line("nosuch", 0)).isEmpty();
        assertThat(ext.line(".text", -1)).isEmpty();
    }

    private static BtfExt read(byte[] bytes) {
        return ExtReader.read(MemorySegment.ofArray(bytes), "x.o: section .BTF.ext", Kinds.btf("clang19-el").table());
    }

    private static byte[] real() {
        var elf = Kinds.elf("clang19-el");
        return elf.contents(elf.section(".BTF.ext").orElseThrow()).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Of 2018: without the two fields for CO-RE. */
    @Test
    void header_ofOldCompilers_hasNoRelocations() {
        var bytes = ByteBuffer.allocate(24 + 4 + 8 + 12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24).putInt(0).putInt(24).putInt(24).putInt(0);
        // Records of 12 bytes: 4 more than are known.
        bytes.putInt(12).putInt(1).putInt(1).putInt(16).putInt(3).putInt(99);
        var ext = read(bytes.array());
        assertThat(ext.functions()).extracting(BtfExt.FuncInfo::offset, BtfExt.FuncInfo::type)
                .containsExactly(tuple(16L, 3));
        assertThat(ext.lines()).isEmpty();
        assertThat(ext.needsKernelBtf()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0  | 0x12345678 | magic at offset 0 is 0x5678 and version 52
            4  | 23         | header length at offset 4 is 23
            4  | 0x7fffffff | header length at offset 4 is 2147483647
            8  | 2          | func_info at offset 34
            8  | -4         | func_info at offset 4294967324
            12 | -4         | func_info at offset 32 with 4294967292 bytes
            32 | 4          | func_info at offset 32 has records of 4 bytes
            32 | 9          | func_info at offset 32 has records of 9 bytes
            32 | -4         | func_info at offset 36 has 1 records of 4294967292 bytes
            40 | 100        | func_info at offset 36 has 100 records of 8 bytes
            40 | -1         | func_info at offset 36 has 4294967295 records of 8 bytes
            36 | -1         | text named at offset 36 lies at offset 4294967295 of the strings of .BTF
            48 | 100        | record at offset 48 is about type 100, but there are only 0 to 99
            """)
    void section_withOneWrongNumber_throwsWithIt(int at, String value, String message) {
        byte[] bytes = real();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, Long.decode(value).intValue());
        assertThatThrownBy(() -> read(bytes)).isInstanceOf(MalformedBtfException.class).hasMessageContaining("x.o: ")
                .hasMessageContaining(message);
    }

    @Test
    void relocation_ofAnUnknownKind_isAValue() {
        byte[] bytes = real();
        var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(bytes.length - 4, 77);
        assertThat(read(bytes).relocations()).extracting(CoreRelocation::kind).containsExactly(CoreKind.UNKNOWN);
        buffer.putInt(bytes.length - 4, 12);
        assertThat(read(bytes).relocations()).extracting(CoreRelocation::kind).containsExactly(CoreKind.TYPE_MATCHES);
    }

    @Test
    void section_cutShort_isRefused() {
        byte[] bytes = real();
        for (int length = 0; length < bytes.length; length++) {
            byte[] prefix = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(prefix)).as("the first %d bytes", length)
                    .isInstanceOf(MalformedBtfException.class);
        }
    }
}
