package io.ebpf4j.btf;

import io.ebpf4j.btf.internal.ExtReader;
import io.ebpf4j.elf.ElfFile;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code .BTF.ext}: what BTF knows about instructions. All records name the ELF section of their instruction
 * and its offset in bytes there, a multiple of 8.
 *
 * @param functions where each function begins
 * @param lines where the instructions of each source line begin
 * @param relocations what libbpf has to adapt to the running kernel
 */
public record BtfExt(List<FuncInfo> functions, List<LineInfo> lines, List<CoreRelocation> relocations) {
    /** Copies the lists. */
    public BtfExt {
        functions = List.copyOf(functions);
        lines = List.copyOf(lines);
        relocations = List.copyOf(relocations);
    }

    /**
     * {@return what a BPF object says about its instructions, or nothing when it has no section {@code .BTF.ext}}
     *
     * @param elf the object
     * @param btf its types
     * @throws MalformedBtfException when the section is broken
     */
    public static Optional<BtfExt> of(ElfFile elf, Btf btf) {
        return elf.section(".BTF.ext").map(section -> ExtReader.read(elf.contents(section),
                elf.name() + ": section .BTF.ext", btf.table()));
    }

    /**
     * {@return whether libbpf needs the BTF of the running kernel, or one given in its place, to load the object for the
     * sake of its relocations} Its functions may need it as well, as those of {@code fentry} do.
     */
    public boolean needsKernelBtf() {
        return !relocations.isEmpty();
    }

    /** {@return the lines sorted by section and offset, for many questions; sorting them is done on each call} */
    public SourceLines sourceLines() {
        return new SourceLines(lines);
    }

    /**
     * {@return the source line of an instruction: that of the last record at or before it; of some at the same offset, the
     * first} Looks at all records; for more than one question take {@link #sourceLines()}.
     *
     * @param section the name of the ELF section
     * @param offset the instruction's offset there in bytes
     */
    public Optional<LineInfo> line(String section, long offset) {
        return lines.stream().filter(line -> line.offset() <= offset && line.section().equals(section))
                .max(Comparator.comparingLong(LineInfo::offset));
    }

    /**
     * Where a function begins: {@code struct bpf_func_info { __u32 insn_off; __u32 type_id; }}.
     *
     * @param section the name of its ELF section
     * @param offset the offset of its first instruction there, in bytes
     * @param type the id of its {@link BtfType.Func}
     */
    public record FuncInfo(String section, long offset, int type) {}

    /**
     * Where the instructions of a source line begin: {@code struct bpf_line_info { __u32 insn_off; __u32 file_name_off;
     * __u32 line_off; __u32 line_col; }}.
     *
     * @param section the name of the ELF section
     * @param offset the offset of the first instruction there, in bytes
     * @param file the path of the source file, as the compiler was given it
     * @param text the source line, empty when the compiler could not read it
     * @param line the number of the line, from 1; 0 when unknown
     * @param column the column in it, from 1; 0 when unknown
     */
    public record LineInfo(String section, long offset, String file, String text, int line, int column) {}

    /**
     * A CO-RE relocation: {@code struct bpf_core_relo { __u32 insn_off; __u32 type_id; __u32 access_str_off;
     * enum bpf_core_relo_kind kind; }}.
     *
     * @param section the name of the ELF section
     * @param offset the offset of the instruction there, in bytes
     * @param type the id of the type that the kernel must have as well
     * @param access the way to a member, as in {@code 0:1:2}, or the index of an enum's constant
     * @param kind what about it goes into the instruction
     */
    public record CoreRelocation(String section, long offset, int type, String access, CoreKind kind) {}

    /** What a CO-RE relocation asks of the running kernel: {@code enum bpf_core_relo_kind}, in its order. */
    public enum CoreKind {
        /** The offset of a field in bytes. */
        FIELD_BYTE_OFFSET,
        /** The size of a field in bytes. */
        FIELD_BYTE_SIZE,
        /** Whether a field exists. */
        FIELD_EXISTS,
        /** Whether a field is signed. */
        FIELD_SIGNED,
        /** By how much to shift a bit field left. */
        FIELD_LSHIFT_U64,
        /** By how much to shift a bit field right then. */
        FIELD_RSHIFT_U64,
        /** The id of a type in this object. */
        TYPE_ID_LOCAL,
        /** The id of a type in the kernel. */
        TYPE_ID_TARGET,
        /** Whether a type exists. */
        TYPE_EXISTS,
        /** The size of a type in bytes. */
        TYPE_SIZE,
        /** Whether a constant of an enum exists. */
        ENUMVAL_EXISTS,
        /** The value of a constant of an enum. */
        ENUMVAL_VALUE,
        /** Whether a type matches with all its members. */
        TYPE_MATCHES,
        /** A number that had no meaning when this was written. */
        UNKNOWN
    }
}
