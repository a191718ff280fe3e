package io.ebpf4j.btf.internal.dump;

import io.ebpf4j.btf.internal.Kind;

/** What stands between the members of a struct or union, so that each lies where BTF has it. */
final class Members {
    private final Image image;
    private final Output out;
    private final Measures measures;
    private final Padding padding;

    Members(Image image, Output out, Measures measures) {
        this.image = image;
        this.out = out;
        this.measures = measures;
        this.padding = new Padding(out, measures.pointerSize());
    }

    /** Writes all in front of a member. */
    void begin(int id, int index, int level) {
        int alignment = isPacked(id) ? 1 : measures.alignment(image.link(id, index));
        boolean inBitfield = index > 0 && image.memberBits(id, index - 1) > 0 && image.memberBits(id, index) > 0;
        padding.fill(index == 0 ? 0 : endOffset(id, index - 1), image.memberOffset(id, index), 8L * alignment,
                inBitfield,
                level);
        out.line(level);
    }

    /** Writes what follows a member. */
    void end(int id, int index) {
        int bits = image.memberBits(id, index);
        if (bits > 0) {
            out.put(": ").number(bits);
        }
        out.put(';');
    }

    /** Writes all behind the last member. */
    void close(int id, int level) {
        int count = image.vlen(id);
        if (image.kind(id) == Kind.STRUCT) {
            padding.fill(count == 0 ? 0 : endOffset(id, count - 1), 8 * image.byteSize(id), 8L * measures.alignment(id),
                    false, level + 1);
        }
        if (count > 0 || image.byteSize(id) > 0) {
            out.line(level);
        }
        out.put('}');
        if (isPacked(id)) {
            out.put(" __attribute__((packed))");
        }
    }

    private boolean isPacked(int id) {
        return image.kind(id) == Kind.STRUCT && measures.isPacked(id);
    }

    private long endOffset(int id, int index) {
        int bits = image.memberBits(id, index);
        return image.memberOffset(id, index) + (bits > 0 ? bits : 8 * measures.size(image.link(id, index)));
    }
}
