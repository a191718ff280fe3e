package io.ebpf4j.elf;

import io.ebpf4j.elf.internal.ByteWriter;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A section while it is edited. */
final class EditedSection {
    /** More than a page is of no use in a file: whoever maps it, maps pages. */
    private static final long LARGEST_FILE_ALIGNMENT = 4096;

    private final ElfFile file;
    private final ElfSection before;
    private String name;
    /** {@code sh_name}, which the record has as text. */
    private long nameOffset;
    private int type;
    private long flags;
    private long offset;
    private long size;
    /** Null as long as they are those of the file. */
    private @Nullable ByteWriter contents;

    EditedSection(ElfFile file, ElfSection section, long nameOffset) {
        this.file = file;
        this.before = section;
        this.name = section.name();
        this.nameOffset = nameOffset;
        this.type = section.type();
        this.flags = section.flags();
        this.offset = section.offset();
        this.size = section.size();
    }

    /** {@return the header as it is now; where the contents will lie is known only when they are written} */
    ElfSection header() {
        return new ElfSection(before.index(), name, type, flags, before.address(), offset,
                contents == null ? size : contents.size(), before.link(), before.info(), before.alignment(),
                before.entrySize());
    }

    boolean isChanged() {
        return contents != null || !name.equals(before.name());
    }

    void rename(String newName, long newNameOffset) {
        name = newName;
        nameOffset = newNameOffset;
    }

    /** {@return the contents, to be written to; the first call copies them from the file} */
    ByteWriter contents() {
        ByteWriter current = contents;
        if (current == null) {
            current = new ByteWriter(file.order());
            current.bytes(file.contents(before));
            contents = current;
        }
        return current;
    }

    /** New contents are plain bytes in the file, so a section that was compressed or without bits is so no longer. */
    void replace(MemorySegment bytes) {
        var replaced = new ByteWriter(file.order());
        replaced.bytes(bytes);
        contents = replaced;
        flags &= ~ElfConstants.SHF_COMPRESSED;
        if (type == ElfConstants.SHT_NOBITS) {
            type = ElfConstants.SHT_PROGBITS;
        }
    }

    void empty() {
        contents = new ByteWriter(file.order());
    }

    void writeContents(ByteWriter out) {
        if (contents != null) {
            long alignment = before.alignment();
            boolean small = Long.compareUnsigned(alignment, LARGEST_FILE_ALIGNMENT) <= 0;
            out.align((int) Long.highestOneBit(small ? Math.max(alignment, 1) : LARGEST_FILE_ALIGNMENT));
            offset = out.size();
            out.bytes(contents.view());
        }
    }

    /**
     * Writes the header.
     *
     * @param out where to
     * @param announcedSize {@code sh_size}, which is not the section's own in section 0
     */
    void writeHeader(ByteWriter out, long announcedSize) {
        out.u32(nameOffset);
        out.u32(type);
        out.u64(flags);
        out.u64(before.address());
        out.u64(offset);
        out.u64(announcedSize);
        out.u32(before.link());
        out.u32(before.info());
        out.u64(before.alignment());
        out.u64(before.entrySize());
    }
}
