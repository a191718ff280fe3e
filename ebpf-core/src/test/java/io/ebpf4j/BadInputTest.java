package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfEditor;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.elf.ElfEditor;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSymbol;
import io.ebpf4j.testing.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that cannot work: refused when read, with no kernel, each with its own words. */
class BadInputTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            suffix_unknown   | map 'events': section '.maps.prnit' asks for an output 'prnit' that does not exist (did you mean 'print'?)
            marks_conflict   | map 'both': the declaration tag "bpf.export:gauge" asks for output gauge, but the section .maps.counter asks for counter
            ring_untyped     | map 'events': has output print but no type of its records; add __type(value, struct ..)
            value_incomplete | map 'events': value type struct never_defined has no size: it is declared but not defined in this file; include what defines it
            ipv4_wide        | map 'events': field struct event.peer of type ipv4_addr cannot be decoded: an ipv4_addr has 4 bytes, this one has 8
            no_btf           | has no section .BTF, so nothing says what its maps hold; compile it with clang -g
            """)
    void object_thatCannotWork_isRefusedByName(String object, String message) {
        assertThatThrownBy(() -> ProgramSpec.read(Fixtures.path(object))).isInstanceOf(ObjectFileException.class)
                .hasMessageStartingWith(object + ".bpf.o: ").hasMessageContaining(message);
    }

    @Test
    void object_ofAnotherMachine_isNoBpfObject() {
        assertThatThrownBy(() -> ProgramSpec.read(Fixtures.path("foreign", "x86_64").resolveSibling("x86_64.o")))
                .isInstanceOf(ObjectFileException.class)
                .hasMessage("x86_64.o: is an ELF file of type 1 for machine 62, not a BPF object (type 1, machine 247);"
                        + " compile it with clang -target bpf");
    }

    @Test
    void object_of32Bits_isRefused() {
        assertThatThrownBy(() -> ProgramSpec.read(Fixtures.path("foreign", "i386").resolveSibling("i386.o")))
                .isInstanceOf(ObjectFileException.class).hasMessageContaining("i386.o").hasMessageContaining("32");
    }

    @Test
    void text_isNoElf() {
        assertThatThrownBy(() -> ProgramSpec.read("int main(void);".getBytes(StandardCharsets.UTF_8), "main.c"))
                .isInstanceOf(ObjectFileException.class).hasMessageContaining("main.c").hasMessageContaining("ELF");
    }

    @Test
    void file_thatIsNotThere_isAnIoError() {
        assertThatThrownBy(() -> ProgramSpec.read(Path.of("nowhere.bpf.o"))).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("nowhere.bpf.o");
    }

    @Test
    void object_cutAnywhere_isRefusedOrStillWhole() throws IOException {
        byte[] whole = Files.readAllBytes(Fixtures.path("maps_counter"));
        int refused = 0;
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            try {
                ProgramSpec.read(cut, "cut.o").toStandardObject();
            } catch (ObjectFileException e) {
                assertThat(e).hasMessageContaining("cut.o");
                refused++;
            }
        }
        assertThat(refused).isEqualTo(whole.length); // the section header table comes last
    }

    /** Each of these makes libbpf 1.1 read where nothing is; some end the process. */
    @ParameterizedTest
    @CsvSource({"-1073741824, 1073741984", "0, -8", "8, -16", "0, 0", "0, 7", "4, 8", "0, 9223372036854775800",
            "100000, 8"})
    void function_outsideItsSection_isRefused(long begin, long size) {
        var elf = ElfFile.parse(Fixtures.path("maps_counter"));
        ElfSymbol symbol = elf.symbol("on_rename").orElseThrow();
        byte[] damaged = ElfEditor.of(elf).setSymbol(new ElfSymbol(symbol.index(), symbol.name(), begin, size,
                symbol.binding(), symbol.type(), symbol.visibility(), symbol.sectionIndex())).toBytes();
        assertThatThrownBy(() -> ProgramSpec.read(damaged, "damaged.o")).isInstanceOf(ObjectFileException.class)
                .hasMessageStartingWith("damaged.o: function 'on_rename' has " + Long.toUnsignedString(size)
                        + " bytes at offset " + Long.toUnsignedString(begin) + " of section raw_tp/task_rename");
    }

    /** The loader would find one of them and the file's reader the other, with keys and values of other sizes. */
    @Test
    void maps_ofOneName_areRefused() {
        var elf = ElfFile.parse(Fixtures.path("maps_counter"));
        var btf = Btf.of(elf).orElseThrow();
        var totals = btf.find(BtfType.Var.class, "totals").orElseThrow();
        byte[] types = BtfEditor.of(btf)
                .replace(totals.id(), new BtfType.Var(totals.id(), "seen", totals.type(), totals.linkage())).toBytes();
        int section = elf.section(".BTF").orElseThrow().index();
        var totalsSymbol = elf.symbol("totals").orElseThrow();
        byte[] damaged = ElfEditor.of(elf).replaceContents(section, types)
                .setSymbol(new ElfSymbol(totalsSymbol.index(), "seen", totalsSymbol.value(), totalsSymbol.size(),
                        totalsSymbol.binding(), totalsSymbol.type(), totalsSymbol.visibility(),
                        totalsSymbol.sectionIndex()))
                .toBytes();
        assertThatThrownBy(() -> ProgramSpec.read(damaged, "twice.o")).isInstanceOf(ObjectFileException.class)
                .hasMessageContaining(
                        "twice.o: two maps are called 'seen', in sections .maps.counter and .maps.counter");
    }

    /** As the linker leaves it when two files have a static function of one name each. */
    @Test
    void subprograms_ofOneName_areNoFault() {
        var elf = ElfFile.parse(Fixtures.path("subprograms"));
        var subprograms = elf.symbols().stream()
                .filter(s -> s.isFunction() && elf.section(s.sectionIndex()).name().equals(".text")).toList();
        assertThat(subprograms).hasSize(2);
        ElfSymbol second = subprograms.getLast();
        byte[] linked = ElfEditor.of(elf)
                .setSymbol(new ElfSymbol(second.index(), subprograms.getFirst().name(), second.value(),
                        second.size(), second.binding(), second.type(), second.visibility(), second.sectionIndex()))
                .toBytes();
        assertThat(ProgramSpec.read(linked, "linked.o").functions()).hasSize(1);
    }
}
