package io.ebpf4j.btf.internal;

import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.elf.internal.ByteReader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Function;

/**
 * The header, checked: its parts lie within the bytes and do not overlap.
 * {@snippet lang = c :
 * struct btf_header {
 *     __u16 magic;             // 0xeb9f
 *     __u8 version;            // 1
 *     __u8 flags;
 *     __u32 hdr_len;
 *     __u32 type_off;          // all offsets from the end of the header
 *     __u32 type_len;
 *     __u32 str_off;
 *     __u32 str_len;
 *     __u32 layout_off;        // Linux 7.1, told by hdr_len
 *     __u32 layout_len;
 * };
 * }
 *
 * @param what how messages call these bytes
 * @param reader the whole bytes in the order the magic tells
 * @param length {@code hdr_len}
 * @param types where the types lie
 * @param strings where the strings lie
 * @param layout where the sizes of the kinds lie; empty when there are none
 */
public record Header(String what, ByteReader reader, long length, Part types, Part strings, Part layout) {
    static final int MAGIC = 0xeb9f;
    static final int VERSION = 1;
    /** Up to {@code str_len}: what every version has. */
    static final int SHORTEST = 24;
    /** Up to {@code layout_len}. */
    static final int WITH_LAYOUT = 32;
    /** {@code struct btf_layout { __u8 info_sz; __u8 elem_sz; __u16 flags; }}, by number of kind. */
    static final int LAYOUT_ENTRY = 4;

    /** Not a lambda: the first one of a JVM costs its start some 10 ms, and opening a kernel's types may be its first act. */
    private static final class Malformed implements Function<String, MalformedBtfException> {
        @Override
        public MalformedBtfException apply(String message) {
            return new MalformedBtfException(message);
        }
    }

    /**
     * A part of the bytes.
     *
     * @param offset where it begins, from the first byte of the header
     * @param size how many bytes it has
     */
    public record Part(long offset, long size) {
        long end() {
            return offset + size;
        }

        private boolean overlaps(Part other) {
            return size > 0 && other.size > 0 && offset < other.end() && other.offset < end();
        }
    }

    /** {@return what reads a segment, little endian until its magic says otherwise} */
    static ByteReader reader(MemorySegment bytes, String what) {
        return new ByteReader(bytes, ByteOrder.LITTLE_ENDIAN, what, new Malformed());
    }

    /** {@return what reads a buffer, little endian until its magic says otherwise} */
    static ByteReader reader(ByteBuffer bytes, String what) {
        return new ByteReader(bytes, ByteOrder.LITTLE_ENDIAN, what, new Malformed());
    }

    /** {@return the header of some BTF, read in the byte order of its magic} */
    static Header read(String what, ByteReader little) {
        int magic = little.u16(0);
        return switch (magic) {
            case MAGIC -> readOrdered(what, little);
            case 0x9feb -> readOrdered(what, little.in(ByteOrder.BIG_ENDIAN));
            default -> throw little.fail("magic at offset 0 is 0x%04x, BTF has 0xeb9f in its own byte order"
                    .formatted(magic));
        };
    }

    private static Header readOrdered(String what, ByteReader reader) {
        int version = reader.u8(2);
        if (version != VERSION) {
            throw reader.fail("version at offset 2 is " + version + ", only 1 is known");
        }
        long length = reader.u32(4);
        if (length < SHORTEST || length > reader.size()) {
            throw reader.fail("header length at offset 4 is " + length + ", must be from " + SHORTEST
                    + " to the number of bytes, " + reader.size());
        }
        var types = part(reader, length, 8, "types");
        var strings = part(reader, length, 16, "strings");
        var layout = length >= WITH_LAYOUT ? part(reader, length, 24, "layout table") : new Part(length, 0);
        if (types.offset % 4 != 0 || layout.offset % 4 != 0 || layout.size % LAYOUT_ENTRY != 0) {
            throw reader.fail("types at offset %d or layout table at offset %d with %d bytes are not aligned to 4"
                    .formatted(types.offset, layout.offset, layout.size));
        }
        if (types.overlaps(strings) || types.overlaps(layout) || layout.overlaps(strings)) {
            throw reader.fail("types at %d+%d, strings at %d+%d and layout table at %d+%d overlap".formatted(
                    types.offset, types.size, strings.offset, strings.size, layout.offset, layout.size));
        }
        return new Header(what, reader, length, types, strings, layout);
    }

    private static Part part(ByteReader reader, long headerLength, long field, String name) {
        var part = new Part(headerLength + reader.u32(field), reader.u32(field + 4));
        if (part.end() > reader.size()) {
            throw reader.fail("%s at offset %d with %d bytes go beyond the end at %d".formatted(name, part.offset,
                    part.size, reader.size()));
        }
        return part;
    }
}
