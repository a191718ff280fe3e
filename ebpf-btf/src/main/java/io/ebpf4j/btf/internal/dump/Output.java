package io.ebpf4j.btf.internal.dump;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text as bytes, for names come as bytes; the receiver gets it in pieces of whole lines. */
final class Output {
    private static final int PIECE = 1 << 16;
    /** The longest {@code long} in decimal digits, and its sign. */
    private static final int LONGEST_NUMBER = 20;

    private static final int MOST_TABS = 13;

    private final Appendable receiver;
    private final byte[] texts;
    private final Budget budget;
    private byte[] bytes = new byte[PIECE + (PIECE >> 2)];
    private int size;

    Output(Appendable receiver, byte[] texts, Budget budget) {
        this.receiver = receiver;
        this.texts = texts;
        this.budget = budget;
    }

    Output put(char ascii) {
        if (size == bytes.length) {
            grow(1);
        }
        bytes[size++] = (byte) ascii;
        return this;
    }

    Output put(String ascii) {
        int length = ascii.length();
        if (length > bytes.length - size) {
            grow(length);
        }
        for (int i = 0; i < length; i++) {
            bytes[size + i] = (byte) ascii.charAt(i);
        }
        size += length;
        return this;
    }

    /** Copies one of the texts of the file. */
    Output text(int offset) {
        for (int i = offset; texts[i] != 0; i++) {
            if (size == bytes.length) {
                grow(1);
            }
            bytes[size++] = texts[i];
        }
        return this;
    }

    Output number(long value) {
        if (value < 0) {
            return put(Long.toString(value));
        }
        if (LONGEST_NUMBER > bytes.length - size) {
            grow(LONGEST_NUMBER);
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        size += digits;
        int at = size;
        long rest = value;
        do {
            bytes[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        return this;
    }

    Output unsigned(int value) {
        return number(Integer.toUnsignedLong(value));
    }

    /** Begins a new line with as many tabs as libbpf: 13 at most, or deep nesting would cost a square of its depth. */
    Output line(int level) {
        put('\n');
        for (int i = 0; i < Math.min(level, MOST_TABS); i++) {
            put('\t');
        }
        return this;
    }

    private void grow(int more) {
        budget.check((long) size + more);
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length << 1, size + more));
    }

    /** To be called behind the end of a line: hands on what has gathered, if that is much. */
    void lineEnd() throws IOException {
        if (size >= PIECE) {
            flush();
        }
    }

    void flush() throws IOException {
        budget.spend(size);
        receiver.append(new String(bytes, 0, size, StandardCharsets.UTF_8));
        size = 0;
    }
}
