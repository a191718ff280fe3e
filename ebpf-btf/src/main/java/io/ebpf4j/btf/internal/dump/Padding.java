package io.ebpf4j.btf.internal.dump;

/**
 * Fills gaps between members with unnamed bit fields, so that a compiler puts the next one where it was. It uses the
 * largest type that the gap can be aligned to: the compiler then skips most by itself.
 */
final class Padding {
    private static final String[] TYPES = {"long", "int", "short", "char"};

    private final Output out;
    /** Bits of {@link #TYPES}. */
    private final int[] widths;

    Padding(Output out, int pointerSize) {
        this.out = out;
        this.widths = new int[]{8 * pointerSize, 32, 16, 8};
    }

    /**
     * Fills one gap; all but the level in bits.
     *
     * @param alignment what the next member would be aligned to by the compiler
     * @param inBitfield whether bit fields lie on both sides
     */
    void fill(long from, long to, long alignment, boolean inBitfield, int level) {
        if (from >= to) {
            return;
        }
        int type = 0;
        while (type < TYPES.length - 1 && roundUp(from, widths[type]) > to) {
            type++;
        }
        long at = from;
        long boundary = roundUp(from, widths[type]);
        if (boundary > from && boundary <= to) {
            if (inBitfield || !compilerReaches(boundary, from, to, alignment)) {
                line(type, inBitfield ? boundary - from : 0, level);
            }
            at = boundary;
        }
        for (; to - at >= widths[type]; at += widths[type]) {
            line(type, widths[type], level);
        }
        if (at < to) {
            line(smallest(to - at), to - at, level);
        }
    }

    /** Whether it aligns to the boundary what comes next there: the member, or a bit field too wide for what is left. */
    private static boolean compilerReaches(long boundary, long from, long to, long alignment) {
        return boundary == to ? roundUp(from, Math.max(alignment, 1)) == boundary : to - boundary > boundary - from;
    }

    private int smallest(long bits) {
        int type = TYPES.length - 1;
        while (type > 0 && widths[type] < bits) {
            type--;
        }
        return type;
    }

    private void line(int type, long bits, int level) {
        out.line(level).put(TYPES[type]).put(": ").number(bits).put(';');
    }

    private static long roundUp(long value, long unit) {
        return (value + unit - 1) / unit * unit;
    }
}
