package io.ebpf4j.btf.internal.dump;

import io.ebpf4j.btf.internal.Kind;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Sizes and alignments as libbpf's {@code btf_dump} takes them, where a dump asks again and again and has to go on with
 * what has none. It follows no pointer, so that only a type which contains itself could lead it in a circle.
 */
final class Measures {
    /** The bytes that stand for more, beyond all offsets that members can have. */
    private static final long HUGE = 1L << 40;
    private static final byte UNKNOWN = -1;
    private static final byte OPEN = -2;

    private final Image image;
    private final int pointerSize;
    private final long[] sizes;
    private final byte[] alignments;
    /** What is being measured; empty in between. */
    private final IntStack todo = new IntStack();
    private final BitSet packed = new BitSet();
    private final BitSet notPacked = new BitSet();

    Measures(Image image) {
        this.image = image;
        this.pointerSize = pointerSize(image);
        this.sizes = new long[image.size()];
        this.alignments = new byte[image.size()];
        Arrays.fill(sizes, UNKNOWN);
        Arrays.fill(alignments, UNKNOWN);
    }

    /** A 32-bit kernel is told by its {@code long}; objects for BPF have one of 64 bits. */
    private static int pointerSize(Image image) {
        for (int id = 1; id < image.size(); id++) {
            if (image.kind(id) == Kind.INT && (image.byteSize(id) == 4 || image.byteSize(id) == 8)
                    && isLong(image, image.name(id))) {
                return (int) image.byteSize(id);
            }
        }
        return 8;
    }

    private static boolean isLong(Image image, int name) {
        return image.textIs(name, "long") || image.textIs(name, "long int")
                || image.textIs(name, "unsigned long") || image.textIs(name, "long unsigned int")
                || image.textIs(name, "unsigned long int") || image.textIs(name, "long unsigned");
    }

    int pointerSize() {
        return pointerSize;
    }

    /** {@return the bytes of a type, 0 if it has no size} */
    long size(int id) {
        if (sizes[id] == UNKNOWN) {
            int at = id;
            while (sizes[at] == UNKNOWN && todo.size() <= image.size() && goesOn(at)) {
                todo.push(at);
                at = image.link(at, 0);
            }
            if (sizes[at] == UNKNOWN) {
                sizes[at] = ownSize(at);
            }
            long size = sizes[at];
            while (!todo.isEmpty()) {
                int passed = todo.pop();
                size = image.kind(passed) == Kind.ARRAY ? times(size, image.word(passed, 2)) : size;
                sizes[passed] = size;
            }
        }
        return sizes[id];
    }

    private static long times(long size, int elements) {
        long count = Integer.toUnsignedLong(elements);
        return count != 0 && size > HUGE / count ? HUGE : size * count;
    }

    private boolean goesOn(int id) {
        return switch (image.kind(id)) {
            case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG, VAR, ARRAY -> true;
            case VOID, INT, PTR, STRUCT, UNION, ENUM, ENUM64, FWD, FUNC, FUNC_PROTO, DATASEC, FLOAT, DECL_TAG,
                    UNKNOWN ->
                false;
        };
    }

    private long ownSize(int id) {
        return switch (image.kind(id)) {
            case INT, STRUCT, UNION, ENUM, ENUM64, FLOAT, DATASEC -> image.byteSize(id);
            case PTR -> pointerSize;
            case VOID, FWD, FUNC, FUNC_PROTO, DECL_TAG, UNKNOWN, TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG, VAR,
                    ARRAY ->
                0;
        };
    }

    /** {@return the alignment of a type in bytes, 0 if it has none; 1 for a packed struct} */
    int alignment(int id) {
        if (alignments[id] < 0) {
            todo.push(id);
            while (!todo.isEmpty()) {
                int at = todo.top();
                if (alignments[at] == UNKNOWN) {
                    alignments[at] = OPEN;
                    pushParts(at);
                } else {
                    todo.pop();
                    if (alignments[at] == OPEN) {
                        alignments[at] = (byte) measure(at);
                    }
                }
            }
        }
        return alignments[id];
    }

    private void pushParts(int id) {
        if (image.isComposite(id) || goesOn(id)) {
            int parts = image.isComposite(id) ? image.vlen(id) : 1;
            for (int i = 0; i < parts; i++) {
                int part = image.link(id, i);
                if (alignments[part] == OPEN) {
                    throw image.table().fail(image.table().describe(part) + " contains itself");
                }
                if (alignments[part] == UNKNOWN) {
                    todo.push(part);
                }
            }
        }
    }

    private int measure(int id) {
        return switch (image.kind(id)) {
            case INT, ENUM, ENUM64, FLOAT -> (int) Math.min(image.byteSize(id), pointerSize);
            case PTR -> pointerSize;
            case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG, ARRAY -> Math.max(alignments[image.link(id, 0)], 0);
            case STRUCT, UNION -> composite(id);
            case VOID, FWD, FUNC, FUNC_PROTO, VAR, DATASEC, DECL_TAG, UNKNOWN -> 0;
        };
    }

    private int composite(int id) {
        int largest = 1;
        for (int i = 0; i < image.vlen(id); i++) {
            int alignment = Math.max(alignments[image.link(id, i)], 0);
            if (alignment == 0) {
                return 0;
            }
            if (isMisplaced(id, i, alignment)) {
                return 1;
            }
            largest = Math.max(largest, alignment);
        }
        return image.byteSize(id) % largest == 0 ? largest : 1;
    }

    private boolean isMisplaced(int composite, int member, int alignment) {
        return image.memberBits(composite, member) == 0
                && image.memberOffset(composite, member) % (8L * alignment) != 0;
    }

    /** {@return whether a struct lies so that it must be declared packed} */
    boolean isPacked(int struct) {
        if (!packed.get(struct) && !notPacked.get(struct)) {
            (needsPacking(struct) ? packed : notPacked).set(struct);
        }
        return packed.get(struct);
    }

    private boolean needsPacking(int struct) {
        int largest = 1;
        for (int i = 0; i < image.vlen(struct); i++) {
            int alignment = alignment(image.link(struct, i));
            if (alignment != 0 && isMisplaced(struct, i, alignment)) {
                return true;
            }
            largest = Math.max(largest, alignment);
        }
        return image.byteSize(struct) % largest != 0;
    }
}
