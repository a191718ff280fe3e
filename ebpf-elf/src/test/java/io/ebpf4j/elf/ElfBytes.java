package io.ebpf4j.elf;

import io.ebpf4j.elf.internal.ByteWriter;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes ELF files by hand, right ones and, with {@link #patch}, wrong ones. */
final class ElfBytes {
    /** Fields of a section header, by their offset in it. */
    enum Field {
        NAME(0, 4), TYPE(4, 4), FLAGS(8, 8), OFFSET(24, 8), SIZE(32, 8), LINK(40, 4), INFO(44, 4), ENTRY_SIZE(56, 8);

        private final int offset;
        private final int width;

        Field(int offset, int width) {
            this.offset = offset;
            this.width = width;
        }
    }

    private record Section(String name, int type, MemorySegment contents, int link, int info, long entrySize) {}

    private final ByteOrder order;
    private final List<Section> sections = new ArrayList<>();
    private final ByteArrayOutputStream names = new ByteArrayOutputStream();

    ElfBytes(ByteOrder order) {
        this.order = order;
        names.write(0);
        sections.add(new Section("", 0, MemorySegment.ofArray(new byte[0]), 0, 0, 0));
    }

    ElfBytes section(String name, int type, byte[] contents) {
        return section(name, type, contents, 0, 0, 0);
    }

    ElfBytes section(String name, int type, byte[] contents, int link, int info, long entrySize) {
        sections.add(new Section(name, type, MemorySegment.ofArray(contents), link, info, entrySize));
        return this;
    }

    /**
     * Section 1 is {@code .text} of 16 bytes, 2 {@code .symtab}, 3 {@code .strtab}, 4 {@code .rel.text}, 5
     * {@code .shstrtab}. Symbol 1 is the function {@code f}; the relocation is at offset 8 and refers to it.
     */
    static byte[] small(ByteOrder order) {
        var symbols = new ByteWriter(order);
        symbol(symbols, 0, 0, 0, 0, 0);
        symbol(symbols, 1, 0x12, 1, 4, 12);
        var relocations = new ByteWriter(order);
        relocations.u64(8);
        relocations.u64(1L << 32 | 10);
        return new ElfBytes(order).section(".text", 1, new byte[16])
                .section(".symtab", 2, symbols.toByteArray(), 3, 1, 24).section(".strtab", 3, strings("f"))
                .section(".rel.text", 9, relocations.toByteArray(), 2, 1, 16).build();
    }

    static void symbol(ByteWriter symbols, int name, int info, int section, long value, long size) {
        symbols.u32(name);
        symbols.u8(info);
        symbols.u8(0);
        symbols.u16(section);
        symbols.u64(value);
        symbols.u64(size);
    }

    static byte[] strings(String... texts) {
        return ("\0" + String.join("\0", texts) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** The names of the sections become the last section, {@code .shstrtab}; the section table is the end of the file. */
    byte[] build() {
        var offsets = new ArrayList<Integer>();
        for (Section section : sections) {
            offsets.add(name(section.name()));
        }
        offsets.add(name(".shstrtab"));
        section(".shstrtab", 3, names.toByteArray());

        var out = new ByteWriter(order);
        out.bytes(new byte[]{0x7f, 'E', 'L', 'F', 2, (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2), 1});
        out.bytes(new byte[9]);
        out.u16(1);
        out.u16(247);
        out.u32(1);
        out.bytes(new byte[24]);
        out.u32(0);
        out.u16(64);
        out.u16(0);
        out.u16(0);
        out.u16(64);
        boolean wide = sections.size() >= 0xff00;
        out.u16(wide ? 0 : sections.size());
        out.u16(wide ? 0xffff : sections.size() - 1);
        var headers = new ByteWriter(order);
        for (int i = 0; i < sections.size(); i++) {
            Section section = sections.get(i);
            out.align(8);
            headers.u32(offsets.get(i));
            headers.u32(section.type());
            headers.u64(0);
            headers.u64(0);
            headers.u64(i == 0 ? 0 : out.size());
            headers.u64(i == 0 && wide ? sections.size() : section.contents().byteSize());
            headers.u32(i == 0 && wide ? sections.size() - 1 : section.link());
            headers.u32(section.info());
            headers.u64(8);
            headers.u64(section.entrySize());
            out.bytes(section.contents());
        }
        out.align(8);
        out.setU64(0x28, out.size());
        out.bytes(headers.view());
        return out.toByteArray();
    }

    private int name(String name) {
        if (name.isEmpty()) {
            return 0;
        }
        int offset = names.size();
        names.writeBytes((name + "\0").getBytes(StandardCharsets.UTF_8));
        return offset;
    }

    /** Overwrites a field of a section header, wherever the table is. */
    static byte[] patch(byte[] elf, int section, Field field, long value) {
        ByteOrder order = elf[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        long table = get(elf, order, 0x28, 8);
        return put(elf, (int) table + section * 64 + field.offset, field.width, value);
    }

    static long field(byte[] elf, int section, Field field) {
        ByteOrder order = elf[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        return get(elf, order, (int) get(elf, order, 0x28, 8) + section * 64 + field.offset, field.width);
    }

    /** Overwrites a number in the file's own byte order. */
    static byte[] put(byte[] elf, int offset, int width, long value) {
        for (int i = 0; i < width; i++) {
            int shift = 8 * (elf[5] == 1 ? i : width - 1 - i);
            elf[offset + i] = (byte) (value >>> shift);
        }
        return elf;
    }

    private static long get(byte[] elf, ByteOrder order, int offset, int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            int shift = 8 * (order == ByteOrder.LITTLE_ENDIAN ? i : width - 1 - i);
            value |= (elf[offset + i] & 0xffL) << shift;
        }
        return value;
    }
}
