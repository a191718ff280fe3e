package io.ebpf4j.internal.spec;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfEditor;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Linkage;
import io.ebpf4j.btf.BtfType.VarInfo;
import io.ebpf4j.elf.ElfConstants;
import io.ebpf4j.elf.ElfEditor;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.testing.Fixtures;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class LoadChecksTest {
    static final List<String> FOLDERS = Fixtures.FOLDERS;
    private static final int SECTION_HEADER = 64;

    private static ElfFile file(String name) {
        return ElfFile.parse(Fixtures.path(Fixtures.CLANG19, name));
    }

    private static ElfSection section(ElfFile elf, String name) {
        return elf.section(name).orElseThrow();
    }

    private static void assertRefused(ElfFile elf, String message) {
        assertThatThrownBy(() -> LoadChecks.check(elf, Btf.of(elf).orElseThrow()))
                .isInstanceOf(ObjectFileException.class).hasMessage(elf.name() + ": " + message);
    }

    private static ElfFile edited(ElfFile elf, Consumer<ElfEditor> edit) {
        var editor = ElfEditor.of(elf);
        edit.accept(editor);
        return ElfFile.parse(editor.toBytes(), elf.name());
    }

    private static ElfFile patched(ElfFile elf, Consumer<ByteBuffer> patch) {
        var bytes = ByteBuffer.wrap(elf.bytes().toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.LITTLE_ENDIAN);
        patch.accept(bytes);
        return ElfFile.parse(bytes.array(), elf.name());
    }

    private static int header(ElfFile elf, ElfSection section) {
        return Math.toIntExact(elf.header().sectionHeaderOffset()) + section.index() * SECTION_HEADER;
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void objects_thatClangMade_areTaken(String folder) {
        for (String name : Fixtures.names(folder)) {
            ElfFile elf = ElfFile.parse(Fixtures.path(folder, name));
            Btf.of(elf).ifPresent(btf -> assertThatCode(() -> LoadChecks.check(elf, btf)).as(name)
                    .doesNotThrowAnyException());
        }
    }

    @Test
    void section_ofTypes_twice_isRefused() {
        ElfFile elf = edited(file("core_relocations"),
                editor -> editor.addSection(".BTF", ElfConstants.SHT_PROGBITS, 0, 4, new byte[24]));
        int last = elf.sections().size() - 1;
        assertRefused(elf, "section " + last + " (.BTF) is the second of that name; the file is damaged");
    }

    @Test
    void maps_withoutBytes_areRefused() {
        ElfFile elf = file("inner_maps");
        ElfSection maps = MapSections.of(elf).stream().filter(s -> s.name().equals(".maps")).findFirst().orElseThrow();
        assertRefused(patched(elf, bytes -> bytes.putInt(header(elf, maps) + 4, ElfConstants.SHT_NOBITS)),
                "section " + maps.index() + " (.maps) is of type 8, not SHT_PROGBITS (1); the file is damaged");
    }

    @Test
    void relocation_beyondTheMaps_isRefused_alsoOneOfNoType() {
        ElfFile elf = file("inner_maps");
        ElfSection maps = MapSections.of(elf).stream().filter(s -> !elf.relocations(s).isEmpty()).findFirst()
                .orElseThrow();
        ElfSection table = elf.sections().stream().filter(s -> s.isRelocations() && s.info() == maps.index())
                .findFirst().orElseThrow();
        assertRefused(patched(elf, bytes -> {
            int entry = Math.toIntExact(table.offset());
            bytes.putLong(entry, -8);
            bytes.putInt(entry + 8, ElfConstants.R_BPF_NONE);
        }), "section " + maps.index() + " (" + maps.name() + ") has " + maps.size()
                + " bytes, but a relocation of 8 at offset 18446744073709551608; the file is damaged");
    }

    @Test
    void relocations_ofTheUnusedSection_areRefused() {
        ElfFile elf = file("core_relocations");
        ElfSection table = section(elf, ".rel.BTF.ext");
        assertRefused(patched(elf, bytes -> bytes.putInt(header(elf, table) + 0x2c, 0)),
                "section " + table.index() + " (.rel.BTF.ext) has relocations for section 0, which is unused;"
                        + " the file is damaged");
    }

    @Test
    void access_thatIsNegative_isRefused() {
        ElfFile elf = file("core_relocations");
        ElfSection types = section(elf, ".BTF");
        byte[] content = elf.contents(types).toArray(ValueLayout.JAVA_BYTE);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("\0" + "0:5\0");
        assertRefused(patched(elf, bytes -> bytes.put(Math.toIntExact(types.offset()) + at + 2, (byte) '-')),
                "section .BTF.ext: the CO-RE relocation at offset 240 of section raw_tp/task_rename is for '0-5'"
                        + " of type 10, which should be numbers as in 0:1:2; the file is damaged");
    }

    @Test
    void structOps_variableBeyondTheSection_isRefused_alsoWhereTheSumWraps() {
        ElfFile elf = file("core_relocations");
        Btf btf = Btf.of(elf).orElseThrow();
        var editor = BtfEditor.of(btf);
        int struct = editor.append(new BtfType.Struct(0, "ops", 0x200, List.of()));
        int variable = editor.append(new BtfType.Var(0, "mine", struct, Linkage.STATIC));
        editor.append(new BtfType.DataSec(0, ".struct_ops", 0xffff_ffffL,
                List.of(new VarInfo(variable, 0xffff_fdffL, 0x200))));
        ElfFile made = edited(elf, e -> {
            e.replaceContents(section(elf, ".BTF").index(), editor.toBytes());
            e.addSection(".struct_ops", ElfConstants.SHT_PROGBITS, ElfConstants.SHF_ALLOC, 8, new byte[0x200]);
        });
        assertRefused(made, "section .struct_ops has 512 bytes, but its variable struct ops mine has 512 at offset"
                + " 4294966783; the file is damaged");
    }

    @Test
    void function_endingInHalfAnInstruction_isRefused() {
        ElfFile elf = file("core_relocations");
        ElfSection code = section(elf, "raw_tp/task_rename");
        long last = code.size() - 8;
        assertRefused(patched(elf, bytes -> bytes.put(Math.toIntExact(code.offset() + last), (byte) 0x18)),
                "function 'on_rename' ends, at offset " + last
                        + " of section raw_tp/task_rename, in half of an ld_imm64;"
                        + " the file is damaged");
    }

    @Test
    void function_aloneAmongSubprograms_isRefused() {
        ElfFile elf = file("core_relocations");
        assertRefused(edited(elf, editor -> editor.renameSection(section(elf, ".text").index(), ".empty")
                .renameSection(section(elf, "raw_tp/task_rename").index(), ".text")),
                "function 'on_rename' is in section .text and nothing calls it; put SEC(..) before what the kernel"
                        + " should run");
    }
}
