package io.ebpf4j.btf.internal.dump;

import io.ebpf4j.btf.internal.Kind;

/** Enums with their enumerators, and the attribute that gives them their size. */
final class Enums {
    private final Image image;
    private final Output out;
    private final UniqueNames names;
    private final int pointerSize;

    Enums(Image image, Output out, UniqueNames names, int pointerSize) {
        this.image = image;
        this.out = out;
        this.names = names;
        this.pointerSize = pointerSize;
    }

    void write(int id, int level) {
        out.put("enum");
        if (image.name(id) != 0) {
            out.put(' ');
            names.write(out, id);
        }
        int count = image.vlen(id);
        if (count == 0) {
            return;
        }
        boolean isWide = image.kind(id) == Kind.ENUM64;
        out.put(" {");
        for (int i = 0; i < count; i++) {
            out.line(level + 1);
            names.writeEnumerator(out, image.word(id, (isWide ? 3 : 2) * i));
            out.put(" = ");
            value(out, image, id, i);
            out.put(',');
        }
        out.line(level).put('}');
        if (image.byteSize(id) == 1) {
            out.put(" __attribute__((mode(byte)))");
        } else if (image.byteSize(id) == 8 && pointerSize == 8 && !(isWide && hasWideValue(id))) {
            out.put(" __attribute__((mode(word)))");
        }
    }

    /** Whether the compiler takes 64 bits of its own accord. */
    private boolean hasWideValue(int id) {
        for (int i = 0; i < image.vlen(id); i++) {
            if (image.word(id, 3 * i + 2) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Writes the value of an enumerator as both forms of dump have it: {@code 7}, {@code 7ULL}. */
    static void value(Output out, Image image, int id, int index) {
        boolean signed = image.flag(id);
        if (image.kind(id) == Kind.ENUM) {
            int value = image.word(id, 2 * index + 1);
            out.number(signed ? value : Integer.toUnsignedLong(value));
            return;
        }
        long value = Integer.toUnsignedLong(image.word(id, 3 * index + 1))
                | (long) image.word(id, 3 * index + 2) << 32;
        if (signed) {
            out.number(value).put("LL");
        } else {
            out.put(Long.toUnsignedString(value)).put("ULL");
        }
    }
}
