package io.ebpf4j.elf.internal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * The only code of the parsers that touches bytes: each read is checked against the bounds of the bytes, once,
 * so that a hostile offset ends in one exception which names the place, never in a wrong value.
 *
 * <p>Offsets and lengths are unsigned 64-bit file values carried in a {@code long}: a negative one is out of bounds.
 * Immutable, and as safe for use by several threads as what holds the bytes is.
 */
public final class ByteReader {
    /** Of absolute reads only, so that several threads may share it. A segment's own reads cost a fresh JVM 10 ms more. */
    private final ByteBuffer buffer;
    private final String what;
    private final Function<String, ? extends RuntimeException> malformed;

    /**
     * Reads a segment.
     *
     * @param bytes what to read
     * @param order the byte order of every number in it
     * @param what how messages call these bytes, for instance {@code "x.o: section .BTF"}
     * @param malformed makes the exception from the message
     * @throws RuntimeException the malformed exception, for more than 2^31-1 bytes
     */
    public ByteReader(MemorySegment bytes, ByteOrder order, String what,
            Function<String, ? extends RuntimeException> malformed) {
        this.what = what;
        this.malformed = malformed;
        if (bytes.byteSize() > Integer.MAX_VALUE) {
            throw fail("has " + bytes.byteSize() + " bytes; more than 2 GiB cannot be read");
        }
        this.buffer = bytes.asByteBuffer().order(order);
    }

    /**
     * Reads a buffer, all of it.
     *
     * @param bytes what to read; its position, limit and order do not matter afterwards
     * @param order the byte order of every number in it
     * @param what how messages call these bytes
     * @param malformed makes the exception from the message
     */
    public ByteReader(ByteBuffer bytes, ByteOrder order, String what,
            Function<String, ? extends RuntimeException> malformed) {
        this.what = what;
        this.malformed = malformed;
        this.buffer = bytes.slice().order(order);
    }

    /**
     * {@return a reader of the same bytes}
     *
     * @param order the byte order of every number in them
     */
    public ByteReader in(ByteOrder order) {
        return new ByteReader(buffer, order, what, malformed);
    }

    /** {@return how many bytes there are} */
    public long size() {
        return buffer.limit();
    }

    /** {@return the byte order of the numbers} */
    public ByteOrder order() {
        return buffer.order();
    }

    /**
     * {@return an unsigned byte}
     *
     * @param offset where it lies
     */
    public int u8(long offset) {
        try {
            return Byte.toUnsignedInt(buffer.get(index(offset)));
        } catch (IndexOutOfBoundsException e) {
            throw beyond(offset, Byte.BYTES);
        }
    }

    /**
     * {@return an unsigned 16-bit number}
     *
     * @param offset where it lies
     */
    public int u16(long offset) {
        try {
            return Short.toUnsignedInt(buffer.getShort(index(offset)));
        } catch (IndexOutOfBoundsException e) {
            throw beyond(offset, Short.BYTES);
        }
    }

    /**
     * {@return an unsigned 32-bit number}
     *
     * @param offset where it lies
     */
    public long u32(long offset) {
        return Integer.toUnsignedLong(s32(offset));
    }

    /**
     * {@return the 32 bits at an offset, as a signed number}
     *
     * @param offset where they lie
     */
    public int s32(long offset) {
        try {
            return buffer.getInt(index(offset));
        } catch (IndexOutOfBoundsException e) {
            throw beyond(offset, Integer.BYTES);
        }
    }

    /**
     * {@return the 64 bits at an offset; an unsigned number over 2^63 comes out negative}
     *
     * @param offset where they lie
     */
    public long u64(long offset) {
        try {
            return buffer.getLong(index(offset));
        } catch (IndexOutOfBoundsException e) {
            throw beyond(offset, Long.BYTES);
        }
    }

    /**
     * {@return a read-only view of a part}
     *
     * @param offset where it begins
     * @param length how many bytes it has
     */
    public MemorySegment slice(long offset, long length) {
        check(offset, length);
        return MemorySegment.ofBuffer(buffer.slice((int) offset, (int) length)).asReadOnly();
    }

    /**
     * {@return a reader of a part}
     *
     * @param offset where it begins
     * @param length how many bytes it has
     * @param part how messages call the part
     */
    public ByteReader part(long offset, long length, String part) {
        return new ByteReader(slice(offset, length), order(), part, malformed);
    }

    /**
     * {@return the text up to the next NUL, as UTF-8 with replacement characters for what is none}
     *
     * @param offset where it begins
     * @throws RuntimeException the malformed exception, when no NUL follows
     */
    public String string(long offset) {
        byte[] text = new byte[Math.toIntExact(textEnd(offset) - offset)];
        buffer.get((int) offset, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /**
     * {@return where the next NUL lies, at an offset or behind it}
     *
     * @param offset where to begin
     * @throws RuntimeException the malformed exception, when there is none
     */
    public long textEnd(long offset) {
        check(offset, 1);
        int end = (int) offset;
        boolean swapped = order() == ByteOrder.BIG_ENDIAN;
        for (; end <= buffer.limit() - Long.BYTES; end += Long.BYTES) {
            long eight = swapped ? Long.reverseBytes(buffer.getLong(end)) : buffer.getLong(end);
            // Subtracting 1 from each byte sets the highest bit of the first NUL, and of none before it.
            long nul = eight - 0x0101_0101_0101_0101L & ~eight & 0x8080_8080_8080_8080L;
            if (nul != 0) {
                return (long) end + (Long.numberOfTrailingZeros(nul) >> 3);
            }
        }
        for (; end < buffer.limit(); end++) {
            if (buffer.get(end) == 0) {
                return end;
            }
        }
        throw fail("text at offset " + offset + " has no NUL before the end at " + size());
    }

    /**
     * {@return the exception for a wrong value, ready to be thrown}
     *
     * @param reason what is wrong, with offset and numbers
     */
    public RuntimeException fail(String reason) {
        return malformed.apply(what + ": " + reason);
    }

    /** An offset that an {@code int} cannot hold is beyond the end, as -1 is. */
    private static int index(long offset) {
        return (int) offset == offset ? (int) offset : -1;
    }

    /** Written so that no hostile pair of numbers can overflow it. */
    private void check(long offset, long length) {
        if (offset < 0 || length < 0 || offset > size() || length > size() - offset) {
            throw beyond(offset, length);
        }
    }

    private RuntimeException beyond(long offset, long length) {
        return fail("needs " + Long.toUnsignedString(length) + " bytes at offset " + Long.toUnsignedString(offset)
                + ", but there are " + size());
    }
}
