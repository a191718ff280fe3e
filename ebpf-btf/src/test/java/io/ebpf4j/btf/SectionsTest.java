package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.btf.BtfType.DataSec;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSymbol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects whose BTF and symbols do not fit each other. */
class SectionsTest {
    private static final int SYMBOL_SIZE = 24;
    private static final int VALUE = 8;

    private final byte[] bytes = Kinds.read("clang19-el.bpf.o");
    private final ElfFile elf = ElfFile.parse(bytes.clone(), "x.o");

    /** Renames what ELF calls so; BTF has texts of its own. */
    private void rename(String name, String other) {
        var table = elf.section(".strtab").orElseThrow();
        String texts = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = texts.indexOf("\0" + name + "\0", (int) table.offset()) + 1;
        assertThat((long) at).isBetween(table.offset(), table.offset() + table.size());
        System.arraycopy(other.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, at, other.length());
    }

    private ByteBuffer symbol(String name) {
        ElfSymbol symbol = elf.symbol(name).orElseThrow();
        int at = (int) elf.section(".symtab").orElseThrow().offset() + symbol.index() * SYMBOL_SIZE;
        return ByteBuffer.wrap(bytes, at, SYMBOL_SIZE).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private Btf btf() {
        return Btf.of(ElfFile.parse(bytes, "x.o")).orElseThrow();
    }

    @Test
    void variable_withoutItsSymbol_throwsWithBothNames() {
        rename("global_one", "global_two");
        assertThatThrownBy(this::btf).isInstanceOf(MalformedBtfException.class).hasMessageContainingAll(
                "x.o: section .BTF: type 93 (DATASEC) at offset ",
                " '.data' has variable 'global_one', but the file has no symbol for it there: was it stripped?");
    }

    @Test
    void variables_withoutTheirSection_stayAsTheyAre() {
        rename(".bss", ".bsx");
        DataSec bss = btf().find(DataSec.class, ".bss").orElseThrow();
        assertThat(bss.size()).isZero();
        assertThat(bss.variables()).isNotEmpty().allSatisfy(v -> assertThat(v.offset()).isZero());
    }

    @Test
    void externs_withoutASection_areNoError() {
        assertThat(elf.section(".kconfig")).isEmpty();
        assertThat(btf().find(DataSec.class, ".kconfig").orElseThrow().variables()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {37, 52, -1, Long.MIN_VALUE, Long.MAX_VALUE})
    void symbol_outsideItsSection_throwsWithTheNumbers(long value) {
        symbol("filled").putLong(VALUE, value);
        assertThatThrownBy(this::btf).isInstanceOf(MalformedBtfException.class).hasMessageContaining(
                "'.data' has 52 bytes, but its variable type 79 has 16 at offset " + Long.toUnsignedString(value));
    }

    @Test
    void symbols_inAnotherOrder_sortTheVariables() {
        symbol("filled").putLong(VALUE, 36);
        symbol("packed").putLong(VALUE, 16);
        var btf = btf();
        var data = btf.find(DataSec.class, ".data").orElseThrow();
        assertThat(data.variables()).extracting(v -> btf.type(v.type()).name()).containsExactly("global_one",
                "hidden_two", "packed", "filled", "static_two", "static_one");
        assertThat(btf.types().get(data.id())).isEqualTo(data);
    }

    /** What a linker filled in is right; its symbols may be gone. */
    @Test
    void section_withASize_isTakenAsItIs() {
        var section = elf.section(".BTF").orElseThrow();
        var raw = Kinds.raw("clang19-el");
        var data = raw.find(DataSec.class, ".data").orElseThrow();
        int at = (int) (section.offset() + raw.table().offset(data.id()));
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 8, 99);
        rename("global_one", "global_two");
        var read = btf().find(DataSec.class, ".data").orElseThrow();
        assertThat(read.size()).isEqualTo(99);
        assertThat(read.variables()).containsExactlyInAnyOrderElementsOf(data.variables());
    }
}
