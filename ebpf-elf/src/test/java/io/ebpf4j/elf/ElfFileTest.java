package io.ebpf4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.elf.internal.ByteWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The facts about the fixtures were read with {@code readelf -hSsrW} and written down by hand. */
class ElfFileTest {
    @Test
    void header_ofTheBigEndianObject_isAsReadelfTells() {
        assertThat(Fixtures.parse(Fixtures.COUNTER_EB).header())
                .isEqualTo(new ElfHeader(ByteOrder.BIG_ENDIAN, 0, 0, 1, 247, 1, 0, 0, 3672, 0, 64, 0, 0, 64, 17, 1));
        assertThat(Fixtures.parse(Fixtures.COUNTER_EB).header().isBpfObject()).isTrue();
        assertThat(Fixtures.parse(Fixtures.ANSWER).header())
                .isEqualTo(new ElfHeader(ByteOrder.LITTLE_ENDIAN, 0, 0, 1, 62, 1, 0, 0, 712, 0, 64, 0, 0, 64, 11, 1));
        assertThat(Fixtures.parse(Fixtures.ANSWER).header().isBpfObject()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {Fixtures.COUNTER_EL, Fixtures.COUNTER_EB})
    void sections_ofBothOrders_areTheSame(String fixture) {
        ElfFile file = Fixtures.parse(fixture);
        assertThat(file.order())
                .isEqualTo(fixture.endsWith("-el.o") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        assertThat(file.sections()).extracting(ElfSection::name).containsExactly("", ".strtab", ".text",
                "raw_tp/sys_enter", ".relraw_tp/sys_enter", ".maps", ".maps.counter", ".rel.maps.counter", ".rodata",
                ".bss",
                "license", ".BTF", ".rel.BTF", ".BTF.ext", ".rel.BTF.ext", ".llvm_addrsig", ".symtab");
        assertThat(file.section(6)).isEqualTo(new ElfSection(6, ".maps.counter", 1, 3, 0, 0x1f8, 0x48, 0, 0, 8, 0));
        assertThat(file.section("raw_tp/sys_enter")).hasValueSatisfying(code -> {
            assertThat(code.size()).isEqualTo(408);
            assertThat(code.isExecutable()).isTrue();
            assertThat(code.isAllocated()).isTrue();
            assertThat(code.isWritable()).isFalse();
            assertThat(code.isNoBits()).isFalse();
        });
        assertThat(file.section(".bss")).hasValueSatisfying(bss -> {
            assertThat(bss.isNoBits()).isTrue();
            assertThat(bss.isWritable()).isTrue();
            assertThat(bss.size()).isEqualTo(8);
            assertThat(file.contents(bss).byteSize()).isZero();
            assertThat(file.contents(bss).isReadOnly()).isTrue();
        });
        assertThat(file.section(".maps.print")).isEmpty();
        assertThat(text(file, "license")).isEqualTo("Dual MIT/GPL\0");
        assertThatThrownBy(() -> file.section(17)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> file.section(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static String text(ElfFile file, String section) {
        byte[] bytes = file.contents(file.section(section).orElseThrow()).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void contents_inTheOrderOfTheFile_areReadOnly() {
        for (String fixture : List.of(Fixtures.COUNTER_EL, Fixtures.COUNTER_EB)) {
            ElfFile file = Fixtures.parse(fixture);
            MemorySegment limit = file.contents(file.section(".rodata").orElseThrow());
            assertThat(limit.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(file.order()), 0)).isEqualTo(7);
            assertThat(limit.isReadOnly()).isTrue();
            assertThat(file.bytes().isReadOnly()).isTrue();
            assertThat(file.bytes().byteSize()).isEqualTo(Fixtures.bytes(fixture).length);
        }
    }

    @Test
    void symbols_ofTheLittleEndianObject_areAsReadelfTells() {
        ElfFile file = Fixtures.parse(Fixtures.COUNTER_EL);
        assertThat(file.symbols()).containsExactly(new ElfSymbol(0, "", 0, 0, 0, 0, 0, 0),
                new ElfSymbol(1, "", 0, 0, 0, 3, 0, 3), new ElfSymbol(2, "count", 0, 408, 1, 2, 0, 3),
                new ElfSymbol(3, "calls", 40, 32, 1, 1, 0, 6), new ElfSymbol(4, "limit", 0, 4, 1, 1, 0, 8),
                new ElfSymbol(5, "outer", 0, 40, 1, 1, 0, 6), new ElfSymbol(6, "total", 0, 8, 1, 1, 0, 9),
                new ElfSymbol(7, "first", 0, 32, 1, 1, 0, 5), new ElfSymbol(8, "LICENSE", 0, 13, 1, 1, 0, 10));
        assertThat(file.symbol("outer")).hasValueSatisfying(s -> assertThat(s.index()).isEqualTo(5));
        assertThat(file.symbol("inner")).isEmpty();
        assertThat(file.symbolTable()).contains(file.section(16));
    }

    @Test
    void symbols_ofReservedSections_areTold() {
        ElfFile file = Fixtures.parse(Fixtures.ANSWER);
        ElfSymbol source = file.symbols().get(1);
        assertThat(source).isEqualTo(new ElfSymbol(1, "answer.c", 0, 0, 0, 4, 0, ElfSymbol.ABSOLUTE));
        assertThat(source.isAbsolute() && source.isLocal() && !source.isInSection()).isTrue();
        ElfSymbol shared = file.symbol("shared").orElseThrow();
        assertThat(shared).isEqualTo(new ElfSymbol(10, "shared", 4, 4, 1, 1, 0, ElfSymbol.COMMON));
        assertThat(shared.isCommon() && shared.isObject() && !shared.isInSection()).isTrue();
        ElfSymbol elsewhere = file.symbol("elsewhere").orElseThrow();
        assertThat(elsewhere).isEqualTo(new ElfSymbol(7, "elsewhere", 0, 0, 2, 0, 0, 0));
        assertThat(elsewhere.isUndefined() && elsewhere.isWeak() && !elsewhere.isGlobal()).isTrue();
        ElfSymbol unseen = file.symbol("unseen").orElseThrow();
        assertThat(unseen.visibility()).isEqualTo(ElfConstants.STV_HIDDEN);
        assertThat(unseen.isInSection() && unseen.isGlobal() && !unseen.isUndefined()).isTrue();
        assertThat(file.symbols().get(3).isSection()).isTrue();
        assertThat(file.symbol("answer").orElseThrow().isFunction()).isTrue();
    }

    @Test
    void relocations_withoutAddend_areAsReadelfTells() {
        ElfFile file = Fixtures.parse(Fixtures.COUNTER_EB);
        assertThat(file.relocations(file.section(3))).containsExactly(new ElfRelocation(0x38, 1, 6),
                new ElfRelocation(0x78, 1, 6), new ElfRelocation(0xa8, 1, 7), new ElfRelocation(0xf8, 1, 8),
                new ElfRelocation(0x160, 1, 9));
        assertThat(file.relocations(file.section(6))).containsExactly(new ElfRelocation(0x20, 2, 10));
        assertThat(file.relocations(file.section(13))).hasSize(25);
        assertThat(file.relocations(file.section(5))).isEmpty();
    }

    @Test
    void relocations_withAddend_areAsReadelfTells() {
        ElfFile file = Fixtures.parse(Fixtures.ANSWER);
        assertThat(file.relocations(file.section(2))).containsExactly(
                new ElfRelocation(0x8, 0x17, 6, OptionalLong.of(0)), new ElfRelocation(0xf, 0xb, 3, OptionalLong.of(0)),
                new ElfRelocation(0x14, 4, 7, OptionalLong.of(-4)), new ElfRelocation(0x1a, 2, 8, OptionalLong.of(-4)));
        assertThat(file.relocations(file.section(4)))
                .containsExactly(new ElfRelocation(0x10, 1, 3, OptionalLong.of(8)));
    }

    @Test
    void relocations_fromTwoSections_areJoinedInTheOrderOfTheFile() {
        var withAddend = new ByteWriter(ByteOrder.BIG_ENDIAN);
        withAddend.u64(4);
        withAddend.u64(3);
        withAddend.u64(-1);
        var without = new ByteWriter(ByteOrder.BIG_ENDIAN);
        without.u64(0);
        without.u64(2);
        ElfFile file = ElfFile.parse(new ElfBytes(ByteOrder.BIG_ENDIAN)
                .section(".rela.data", 4, withAddend.toByteArray(), 0, 2, 24).section(".data", 1, new byte[8])
                .section(".rel.data", 9, without.toByteArray(), 0, 2, 16).build(), "x.o");
        assertThat(file.relocations(file.section(2)))
                .containsExactly(new ElfRelocation(4, 3, 0, OptionalLong.of(-1)), new ElfRelocation(0, 2, 0));
    }

    @Test
    void section_ofAnotherFile_isRefused() {
        ElfFile file = Fixtures.parse(Fixtures.COUNTER_EL);
        ElfSection other = Fixtures.parse(Fixtures.ANSWER).section(2);
        assertThatThrownBy(() -> file.contents(other)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("section 2 '.text' is not of the file counter.clang19-el.o");
        assertThatThrownBy(() -> file.relocations(other)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void file_withoutSections_hasNone() {
        byte[] header = Arrays.copyOf(ElfBytes.small(ByteOrder.LITTLE_ENDIAN), 64);
        ElfFile file = ElfFile.parse(ElfBytes.put(ElfBytes.put(header, 0x28, 8, 0), 0x3c, 2, 0), "x.o");
        assertThat(file.sections()).isEmpty();
        assertThat(file.symbols()).isEmpty();
        assertThat(file.symbolTable()).isEmpty();
    }

    @Test
    void file_withoutNamesOfSections_hasEmptyOnes() {
        ElfFile file = ElfFile.parse(ElfBytes.put(ElfBytes.small(ByteOrder.BIG_ENDIAN), 0x3e, 2, 0), "x.o");
        assertThat(file.sections()).hasSize(6).allSatisfy(s -> assertThat(s.name()).isEmpty());
        assertThat(file.symbol("f")).isPresent();
    }

    @Test
    void sections_moreThan16BitsCount_areAllRead() {
        var builder = new ElfBytes(ByteOrder.BIG_ENDIAN);
        for (int i = 1; i <= 0xff10; i++) {
            builder.section("", 1, new byte[0]);
        }
        ElfFile file = ElfFile.parse(builder.section("last", 1, new byte[]{7}).build(), "x.o");
        assertThat(file.header().sectionCount()).isEqualTo(0xff13);
        assertThat(file.header().sectionNamesIndex()).isEqualTo(0xff12);
        assertThat(file.section("last")).hasValueSatisfying(s -> {
            assertThat(s.index()).isEqualTo(0xff11);
            assertThat(file.contents(s).get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
        });
    }

    @Test
    void path_smallOrMapped_isNamedAfterItsFile(@TempDir Path folder) throws IOException {
        Path small = Files.write(folder.resolve("small.bpf.o"), ElfBytes.small(ByteOrder.LITTLE_ENDIAN));
        assertThat(ElfFile.parse(small).name()).isEqualTo("small.bpf.o");
        assertThat(ElfFile.parse(small).symbol("f")).isPresent();
        try (var file = new RandomAccessFile(small.toFile(), "rw")) {
            file.setLength((16 << 20) + 1);
        }
        ElfFile mapped = ElfFile.parse(small);
        assertThat(mapped.bytes().isMapped()).isTrue();
        assertThat(mapped.symbol("f")).isPresent();
        assertThat(mapped).hasToString("small.bpf.o (ELF64, LITTLE_ENDIAN, 6 sections)");
    }

    @Test
    void path_unreadable_saysWhy(@TempDir Path folder) {
        assertThatThrownBy(() -> ElfFile.parse(folder.resolve("no.o"))).isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("no.o: cannot be read: java.nio.file.NoSuchFileException: ");
        assertThatThrownBy(() -> ElfFile.parse(folder)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void path_withoutEnd_isNotReadForEver() {
        assertThatThrownBy(() -> ElfFile.parse(Path.of("/dev/zero"))).isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("zero: cannot be read: ").hasMessageEndingWith(
                        "it is no regular file, and of others at most 16777216 bytes are read");
        assertThatThrownBy(() -> ElfFile.parse(Path.of("/dev/null"))).isInstanceOf(MalformedElfException.class)
                .hasMessageStartingWith("null: the file is empty");
    }

    @Test
    void segment_offHeap_isReadInPlace() {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = Fixtures.bytes(Fixtures.COUNTER_EL);
            MemorySegment segment = arena.allocate(bytes.length + 1).asSlice(1).copyFrom(MemorySegment.ofArray(bytes));
            ElfFile file = ElfFile.parse(segment, "unaligned.o");
            assertThat(file.symbols()).isEqualTo(Fixtures.parse(Fixtures.COUNTER_EL).symbols());
            assertThat(file.contents(file.section(10)).address()).isEqualTo(segment.address() + 0x248);
        }
    }
}
