package io.ebpf4j.btf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Puts BTF together word by word, knowing nothing of the code under test, so that it can be wrong on purpose. */
final class RawBtf {
    static final int HEADER = 24;

    private final ByteOrder order;
    private final ByteArrayOutputStream types = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final Map<String, Integer> names = new HashMap<>();
    private byte[] layout = {};
    private int headerLength = HEADER;
    private int nextId = 1;
    private int stringsStart;

    RawBtf(ByteOrder order) {
        this.order = order;
        strings.write(0);
        names.put("", 0);
    }

    /** Continues another one's ids and strings. */
    static RawBtf split(ByteOrder order, int firstId, int stringsStart) {
        var raw = new RawBtf(order);
        raw.strings.reset();
        raw.nextId = firstId;
        raw.stringsStart = stringsStart;
        return raw;
    }

    int name(String text) {
        return names.computeIfAbsent(text, key -> {
            int offset = stringsStart + strings.size();
            strings.writeBytes(key.getBytes(StandardCharsets.UTF_8));
            strings.write(0);
            return offset;
        });
    }

    int type(String name, int kind, int vlen, boolean flag, long sizeOrType, long... words) {
        return type(name(name), (flag ? 1 << 31 : 0) | kind << 24 | vlen, sizeOrType, words);
    }

    int type(long nameOffset, int info, long sizeOrType, long... words) {
        word(nameOffset);
        word(info);
        word(sizeOrType);
        for (long word : words) {
            word(word);
        }
        return nextId++;
    }

    int integer(String name, int size, int encoding) {
        return type(name, 1, 0, false, size, encoding << 24 | size * 8);
    }

    RawBtf word(long word) {
        types.writeBytes(ByteBuffer.allocate(4).order(order).putInt((int) word).array());
        return this;
    }

    /** The header of Linux 7.1; each entry is info_sz, elem_sz. */
    RawBtf layout(int[]... entries) {
        headerLength = 32;
        layout = new byte[entries.length * 4];
        for (int i = 0; i < entries.length; i++) {
            layout[4 * i] = (byte) entries[i][0];
            layout[4 * i + 1] = (byte) entries[i][1];
        }
        return this;
    }

    RawBtf headerLength(int length) {
        headerLength = length;
        return this;
    }

    int typesLength() {
        return types.size();
    }

    int stringsLength() {
        return strings.size();
    }

    byte[] bytes() {
        var out = ByteBuffer.allocate(headerLength + types.size() + layout.length + strings.size()).order(order);
        out.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(headerLength);
        out.putInt(0).putInt(types.size()).putInt(types.size() + layout.length).putInt(strings.size());
        if (headerLength >= 32) {
            out.putInt(types.size()).putInt(layout.length);
        }
        out.position(headerLength);
        return out.put(types.toByteArray()).put(layout).put(strings.toByteArray()).array();
    }

    Btf parse() {
        return parse(bytes());
    }

    static Btf parse(byte[] bytes) {
        return Btf.parse(MemorySegment.ofArray(bytes), "x.o");
    }
}
