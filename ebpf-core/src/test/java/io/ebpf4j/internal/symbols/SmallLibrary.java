package io.ebpf4j.internal.symbols;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A shared library made by hand: code of 64 bytes that memory has at 0x401000 and the file at 0x40, and tables of symbols.
 * Those of dynamic linking carry version 2, or a hidden version 3.
 */
final class SmallLibrary {
    static final int FUNCTION = 2;
    static final int CHOSEN = 10;
    static final int LOCAL = 0;
    static final int GLOBAL = 1;
    static final int WEAK = 2;

    static final int TEXT = 1;
    static final int DATA = 2;
    static final int ADDRESS = 0x401000;
    static final int OFFSET = 0x40;
    static final int SIZE = 0x40;

    private static final int HEADER = 64;
    private static final int SECTIONS = 9;
    private static final String[] NAMES = {"", ".text", ".data", ".dynsym", ".dynstr", ".gnu.version", ".symtab",
            ".strtab", ".shstrtab"};

    private record Symbol(String name, int type, int binding, int section, long value, boolean hidden) {}

    private final ByteOrder order;
    private final List<Symbol> exported = new ArrayList<>();
    private final List<Symbol> all = new ArrayList<>();
    private long textFlags = 6;
    private int textType = 1;
    private long textSize = SIZE;

    SmallLibrary(ByteOrder order) {
        this.order = order;
    }

    SmallLibrary exports(String name, int type, int binding, int section, long value) {
        exported.add(new Symbol(name, type, binding, section, value, false));
        return this;
    }

    SmallLibrary exports(String name, long value) {
        return exports(name, FUNCTION, GLOBAL, TEXT, value);
    }

    /** As {@code name@OLD_VERSION}. */
    SmallLibrary keeps(String name, long value) {
        exported.add(new Symbol(name, FUNCTION, GLOBAL, TEXT, value, true));
        return this;
    }

    SmallLibrary has(String name, int binding, long value) {
        all.add(new Symbol(name, FUNCTION, binding, TEXT, value, false));
        return this;
    }

    SmallLibrary text(int type, long flags, long size) {
        textType = type;
        textFlags = flags;
        textSize = size;
        return this;
    }

    Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    byte[] bytes() {
        var file = ByteBuffer.allocate(1 << 16).order(order);
        file.put(new byte[]{0x7f, 'E', 'L', 'F', 2, (byte) (order == ByteOrder.BIG_ENDIAN ? 2 : 1), 1});
        file.position(OFFSET + SIZE);
        var headers = ByteBuffer.allocate(SECTIONS * HEADER).order(order);
        var names = new ByteArrayOutputStream();
        for (int i = 0; i < SECTIONS; i++) {
            headers.putInt(i * HEADER, names.size());
            names.writeBytes((NAMES[i] + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        section(headers, TEXT, textType, OFFSET, textSize, 0);
        headers.putLong(TEXT * HEADER + 8, textFlags).putLong(TEXT * HEADER + 16, ADDRESS);
        section(headers, DATA, 1, OFFSET, SIZE, 0);
        headers.putLong(DATA * HEADER + 8, 3).putLong(DATA * HEADER + 16, ADDRESS);
        table(file, headers, 3, 11, exported);
        int versions = file.position();
        file.putShort((short) 0);
        exported.forEach(symbol -> file.putShort((short) (symbol.hidden() ? 0x8003 : 2)));
        section(headers, 5, 0x6fffffff, versions, file.position() - versions, 3);
        table(file, headers, 6, 2, all);
        section(headers, 8, 3, file.position(), names.size(), 0);
        file.put(names.toByteArray());
        int at = (file.position() + 7) & ~7;
        file.putShort(16, (short) 3).putShort(18, (short) 62).putInt(20, 1).putLong(40, at).putShort(52, (short) HEADER)
                .putShort(58, (short) HEADER).putShort(60, (short) SECTIONS).putShort(62, (short) (SECTIONS - 1));
        file.position(at).put(headers.array());
        return Arrays.copyOf(file.array(), file.position());
    }

    private static void table(ByteBuffer file, ByteBuffer headers, int index, int type, List<Symbol> symbols) {
        var texts = new ByteArrayOutputStream();
        texts.write(0);
        int begin = file.position();
        file.position(begin + 24);
        for (Symbol symbol : symbols) {
            file.putInt(texts.size()).put((byte) (symbol.binding() << 4 | symbol.type())).put((byte) 0)
                    .putShort((short) symbol.section()).putLong(symbol.value()).putLong(0);
            texts.writeBytes((symbol.name() + "\0").getBytes(StandardCharsets.UTF_8));
        }
        section(headers, index, symbols.isEmpty() ? 1 : type, begin, file.position() - begin, index + 1);
        section(headers, index + 1, 3, file.position(), texts.size(), 0);
        file.put(texts.toByteArray());
    }

    private static void section(ByteBuffer headers, int index, int type, long offset, long size, int link) {
        headers.putInt(index * HEADER + 4, type).putLong(index * HEADER + 24, offset)
                .putLong(index * HEADER + 32, size).putInt(index * HEADER + 40, link);
    }
}
