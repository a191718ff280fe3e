package io.ebpf4j.btf.internal;

import io.ebpf4j.elf.internal.ByteReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The string section; that of split BTF continues, in its offsets, the one of its base. */
public final class Strings {
    private final @Nullable Strings base;
    private final ByteReader reader;
    private final long start;

    private Strings(@Nullable Strings base, ByteReader reader, long start) {
        this.base = base;
        this.reader = reader;
        this.start = start;
    }

    static Strings of(Header header, @Nullable Strings base) {
        var bytes = header.reader();
        var part = header.strings();
        boolean wholly = base == null;
        // The final NUL, checked here once, is what ends every text inside.
        if (part.size() == 0 ? wholly : bytes.u8(part.end() - 1) != 0) {
            throw bytes.fail("strings at offset %d with %d bytes do not end in NUL".formatted(part.offset(),
                    part.size()));
        }
        if (wholly && bytes.u8(part.offset()) != 0) {
            throw bytes.fail("strings at offset %d do not begin with NUL: is it split BTF that needs its base?"
                    .formatted(part.offset()));
        }
        var own = bytes.part(part.offset(), part.size(), header.what() + ": strings");
        return new Strings(base, own, base == null ? 0 : base.end());
    }

    /** {@return the first offset beyond all texts} */
    public long end() {
        return start + reader.size();
    }

    /** {@return the offset of the first own text: 0, or where the base ends} */
    public long start() {
        return start;
    }

    /** {@return the text at an offset that is less than {@link #end}} */
    String at(long offset) {
        return base != null && offset < start ? base.at(offset) : reader.string(offset - start);
    }

    /** {@return whether exactly this text lies at an offset that is less than {@link #end}; makes no object} */
    boolean matches(long offset, byte[] text) {
        if (base != null && offset < start) {
            return base.matches(offset, text);
        }
        long at = offset - start;
        if (text.length >= reader.size() - at) {
            return false;
        }
        for (byte b : text) {
            // A NUL in it is no reason to go on into the next text.
            if (b == 0 || reader.u8(at++) != Byte.toUnsignedInt(b)) {
                return false;
            }
        }
        return reader.u8(at) == 0;
    }

    /** {@return where a text begins behind a NUL, here or in the base; the empty text is at 0} */
    Optional<Long> find(byte[] text) {
        if (text.length == 0) {
            return Optional.of(0L);
        }
        var inBase = base == null ? Optional.<Long>empty() : base.find(text);
        if (inBase.isPresent()) {
            return inBase;
        }
        boolean begins = true;
        for (long at = 0; at < reader.size(); at++) {
            if (begins && matches(start + at, text)) {
                return Optional.of(start + at);
            }
            begins = reader.u8(at) == 0;
        }
        return Optional.empty();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
