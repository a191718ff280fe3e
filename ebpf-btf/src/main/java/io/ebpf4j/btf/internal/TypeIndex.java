package io.ebpf4j.btf.internal;

import io.ebpf4j.btf.MalformedBtfException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where each type lies: four bytes a type, found in one pass over them, which goes only as far as somebody asks. The
 * first types of a kernel are its most used ones, and a single lookup there need not pay for the 126,000 after it.
 *
 * <p>Safe for several threads: they go on with the pass one at a time and read what is found without waiting.
 */
final class TypeIndex {
    /** Few enough to cost a lookup nothing, enough for the lock to cost the whole pass nothing. */
    private static final int STEP = 128;

    private static final int DECL_TAG = Kind.number(Kind.DECL_TAG.info(0, false));

    private final Header header;
    private final @Nullable TypeTable base;
    private final int firstId;
    private final long stringsEnd;

    // The pass, guarded by this.
    private long next;
    private int[] declTags = {};
    private int tags;

    /** From the first byte of the types, as unsigned numbers; those before {@link #known} do not change any more. */
    private volatile int[] offsets = new int[STEP];
    /** Written after what it counts, and read before. */
    private volatile int known;
    private volatile boolean complete;

    TypeIndex(Header header, @Nullable TypeTable base, long stringsEnd) {
        this.header = header;
        this.base = base;
        this.firstId = base == null ? 1 : base.size();
        this.stringsEnd = stringsEnd;
        this.next = header.types().offset();
    }

    /** {@return the id of the first type here} */
    int firstId() {
        return firstId;
    }

    /** {@return whether there is a type at an index, from 0; finds it} */
    boolean reaches(int index) {
        return index < known || (!complete && scan(index));
    }

    /** {@return how many types there are; finds them all} */
    int size() {
        if (!complete) {
            scan(Integer.MAX_VALUE);
        }
        return known;
    }

    /** {@return where a type begins, which {@link #reaches} has found} */
    long offset(int index) {
        return header.types().offset() + Integer.toUnsignedLong(offsets[index]);
    }

    /** {@return the ids of all declaration tags here} */
    synchronized int[] declTags() {
        size();
        return declTags;
    }

    private synchronized boolean scan(int index) {
        long end = header.types().end();
        long first = header.types().offset();
        int[] into = offsets;
        int found = known;
        try {
            for (; found < (long) index + STEP && next < end; found++) {
                long size = check(firstId + found, next, end);
                if (found == into.length) {
                    into = Arrays.copyOf(into, found + (found >> 1));
                }
                into[found] = (int) (next - first);
                next += size;
            }
        } catch (MalformedBtfException e) {
            // If nobody asked for the broken one yet: whether it shows must not depend on the step.
            if (index >= found) {
                throw e;
            }
        } finally {
            offsets = into;
            known = found;
        }
        if (!complete && next == end) {
            offsets = Arrays.copyOf(into, found);
            declTags = Arrays.copyOf(declTags, tags);
            complete = true;
        }
        return index < found;
    }

    /** {@return the bytes of the type at an offset} */
    private long check(int id, long at, long end) {
        var reader = header.reader();
        long left = end - at;
        if (left < Kind.TYPE_SIZE) {
            throw reader.fail("type %d at offset %d: only %d bytes left, the shortest type has %d"
                    .formatted(id, at, left, Kind.TYPE_SIZE));
        }
        int info = reader.s32(at + 4);
        long size = Kind.size(info);
        if (size < 0) {
            size = unknownSize(id, at, info);
        }
        if (size > left) {
            throw reader.fail("type %d (%s, vlen %d) at offset %d needs %d bytes, but the types end after %d"
                    .formatted(id, Kind.of(info), Kind.vlen(info), at, size, left));
        }
        if (reader.u32(at) >= stringsEnd) {
            throw reader.fail("type %d (%s) at offset %d has its name at offset %d of the strings, which end at %d"
                    .formatted(id, Kind.of(info), at, reader.u32(at), stringsEnd));
        }
        if (Kind.number(info) == DECL_TAG) {
            addDeclTag(id);
        }
        return size;
    }

    private void addDeclTag(int id) {
        if (tags == declTags.length) {
            declTags = Arrays.copyOf(declTags, tags + (tags >> 1) + 16);
        }
        declTags[tags++] = id;
    }

    private long unknownSize(int id, long at, int info) {
        int number = Kind.number(info);
        // A module's BTF leaves the table to that of the kernel.
        var sizes = header.layout().size() == 0 && base != null ? base.header() : header;
        if (number >= sizes.layout().size() / Header.LAYOUT_ENTRY) {
            throw header.reader().fail(("type %d at offset %d is of kind %d, which is not known,"
                    + " and the file has no layout table that tells its size: a newer ebpf4j may know it")
                    .formatted(id, at, number));
        }
        long entry = sizes.layout().offset() + (long) number * Header.LAYOUT_ENTRY;
        int infoSize = sizes.reader().u8(entry);
        int elementSize = sizes.reader().u8(entry + 1);
        if (infoSize % 4 != 0 || elementSize % 4 != 0) {
            throw header.reader().fail(("type %d at offset %d is of kind %d, which is not known, and the layout table"
                    + " gives it sizes that are no multiple of 4: %d and %d an element").formatted(id, at, number,
                            infoSize, elementSize));
        }
        return Kind.TYPE_SIZE + infoSize + (long) Kind.vlen(info) * elementSize;
    }
}
