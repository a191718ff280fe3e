package io.ebpf4j.elf.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * The only code of the parsers that touches bytes: each read is checked against the bounds of the segment first, so that
 * a hostile offset ends in one exception which names the place, never in a wrong value.
 *
 * <p>Offsets and lengths are unsigned 64-bit file values carried in a {@code long}: a negative one is out of bounds.
 * Immutable, and as safe for use by several threads as its segment is.
 */
public final class ByteReader {
    private final MemorySegment bytes;
    private final String what;
    private final Function<String, ? extends RuntimeException> malformed;
    private final ByteOrder order;
    private final ValueLayout.OfShort u16;
    private final ValueLayout.OfInt u32;
    private final ValueLayout.OfLong u64;

    /**
     * Reads a segment.
     *
     * @param bytes what to read
     * @param order the byte order of every number in it
     * @param what how messages call these bytes, for instance {@code "x.o: section .BTF"}
     * @param malformed makes the exception from the message
     */
    public ByteReader(MemorySegment bytes, ByteOrder order, String what,
            Function<String, ? extends RuntimeException> malformed) {
        this.bytes = bytes;
        this.order = order;
        this.what = what;
        this.malformed = malformed;
        this.u16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
        this.u32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
        this.u64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
    }

    /** {@return how many bytes there are} */
    public long size() {
        return bytes.byteSize();
    }

    /** {@return the byte order of the numbers} */
    public ByteOrder order() {
        return order;
    }

    /**
     * {@return an unsigned byte}
     *
     * @param offset where it lies
     */
    public int u8(long offset) {
        check(offset, 1);
        return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, offset));
    }

    /**
     * {@return an unsigned 16-bit number}
     *
     * @param offset where it lies
     */
    public int u16(long offset) {
        check(offset, 2);
        return Short.toUnsignedInt(bytes.get(u16, offset));
    }

    /**
     * {@return an unsigned 32-bit number}
     *
     * @param offset where it lies
     */
    public long u32(long offset) {
        check(offset, 4);
        return Integer.toUnsignedLong(bytes.get(u32, offset));
    }

    /**
     * {@return the 32 bits at an offset, as a signed number}
     *
     * @param offset where they lie
     */
    public int s32(long offset) {
        check(offset, 4);
        return bytes.get(u32, offset);
    }

    /**
     * {@return the 64 bits at an offset; an unsigned number over 2^63 comes out negative}
     *
     * @param offset where they lie
     */
    public long u64(long offset) {
        check(offset, 8);
        return bytes.get(u64, offset);
    }

    /**
     * {@return a read-only view of a part}
     *
     * @param offset where it begins
     * @param length how many bytes it has
     */
    public MemorySegment slice(long offset, long length) {
        check(offset, length);
        return bytes.asSlice(offset, length).asReadOnly();
    }

    /**
     * {@return a reader of a part}
     *
     * @param offset where it begins
     * @param length how many bytes it has
     * @param part how messages call the part
     */
    public ByteReader part(long offset, long length, String part) {
        return new ByteReader(slice(offset, length), order, part, malformed);
    }

    /**
     * {@return the text up to the next NUL, as UTF-8 with replacement characters for what is none}
     *
     * @param offset where it begins
     * @throws RuntimeException the malformed exception, when no NUL follows within the segment
     */
    public String string(long offset) {
        check(offset, 1);
        long end = offset;
        while (bytes.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
            if (end == size()) {
                throw fail("text at offset " + offset + " has no NUL before the end at " + size());
            }
        }
        byte[] text = bytes.asSlice(offset, end - offset).toArray(ValueLayout.JAVA_BYTE);
        return new String(text, StandardCharsets.UTF_8);
    }

    /**
     * {@return the exception for a wrong value, ready to be thrown}
     *
     * @param reason what is wrong, with offset and numbers
     */
    public RuntimeException fail(String reason) {
        return malformed.apply(what + ": " + reason);
    }

    /** Written so that no hostile pair of numbers can overflow it. */
    private void check(long offset, long length) {
        if (offset < 0 || length < 0 || offset > size() || length > size() - offset) {
            throw fail("needs " + Long.toUnsignedString(length) + " bytes at offset " + Long.toUnsignedString(offset)
                    + ", but there are " + size());
        }
    }
}
