package io.ebpf4j.internal.spec;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import java.util.List;

/**
 * Refuses types that libbpf takes on trust. It divides by the size of a bitfield's type, follows typedefs until they end,
 * goes down into arrays and structs by recursion, and writes to what a DATASEC lists as if it were a variable: with the
 * libbpf of the distributions (1.0 to 1.5) each of these ends the process, or never ends.
 */
final class TypeChecks {
    /** The kernel takes 32; each level costs libbpf a stack frame. */
    private static final int DEEPEST = 256;
    /** Bits 16 to 23 of the number are new in Linux 7.1; an older libbpf, not looking at them, loses its place. */
    private static final int MOST_ELEMENTS = 0xffff;
    private static final int LAST_KIND_OF_FIVE_BITS = 31;
    private static final int POINTER_SIZE = 8;
    private static final long NO_SIZE = -1;
    /** More than any file, and times 8 it is no overflow. */
    private static final long HUGE = 1L << 40;
    /** libbpf adds the sizes up in an int. */
    private static final long LARGEST_KCONFIG = 1 << 20;
    private static final String KCONFIG = ".kconfig";
    private static final String KSYMS = ".ksyms";

    private static final int UNKNOWN = 0;
    private static final int OPEN = -1;

    private final Btf btf;
    private final BtfType[] types;
    /** By id: how many levels a type nests, by value, itself included. */
    private final int[] heights;

    private TypeChecks(Btf btf) {
        this.btf = btf;
        // Making each type also checks that its names and the ids in it exist.
        this.types = btf.types().toArray(BtfType[]::new);
        this.heights = new int[types.length];
    }

    /**
     * Checks all types of an object, once each.
     *
     * @throws ObjectFileException when libbpf would not survive one
     */
    static void check(Btf btf) {
        var checks = new TypeChecks(btf);
        for (int id = 0; id < checks.types.length; id++) {
            checks.height(id, 0);
        }
        for (BtfType type : checks.types) {
            checks.check(type);
        }
    }

    private int height(int id, int level) {
        int known = heights[id];
        if (known == OPEN) {
            throw fail(types[id], "contains itself");
        }
        if (level + Math.max(known, 1) > DEEPEST) {
            throw fail(types[id], "is part of types nested more than " + DEEPEST + " deep");
        }
        if (known == UNKNOWN) {
            heights[id] = OPEN;
            known = 1 + tallestPart(types[id], level + 1);
            heights[id] = known;
        }
        return known;
    }

    private int tallestPart(BtfType type, int level) {
        return switch (type) {
            case BtfType.Alias alias -> height(alias.type(), level);
            case BtfType.Array array -> height(array.element(), level);
            case BtfType.Var variable -> height(variable.type(), level);
            case BtfType.DeclTag tag -> height(tag.type(), level);
            case BtfType.Composite composite -> {
                int tallest = 0;
                for (BtfType.Member member : composite.members()) {
                    tallest = Math.max(tallest, height(member.type(), level));
                }
                yield tallest;
            }
            case BtfType.Void _,BtfType.Int _,BtfType.Ptr _,BtfType.Enumeration _,BtfType.Fwd _,BtfType.Func _,BtfType.FuncProto _,BtfType.DataSec _,BtfType.FloatingPoint _,BtfType.Unknown _ ->
                0;
        };
    }

    private void check(BtfType type) {
        switch (type) {
            case BtfType.Int number -> size(type, number.size(), List.of(1L, 2L, 4L, 8L, 16L));
            case BtfType.Enumeration enumeration -> {
                if (enumeration.size() != 0 || !enumeration.constants().isEmpty()) { // not "enum e;", defined elsewhere
                    size(type, enumeration.size(), List.of(1L, 2L, 4L, 8L));
                }
                count(type, enumeration.constants().size());
            }
            case BtfType.FloatingPoint number -> size(type, number.size(), List.of(2L, 4L, 8L, 12L, 16L));
            case BtfType.Composite composite -> {
                count(type, composite.members().size());
                composite.members().forEach(member -> member(composite, member));
            }
            case BtfType.FuncProto prototype -> count(type, prototype.params().size());
            case BtfType.Func function -> {
                if (!(types[function.type()] instanceof BtfType.FuncProto)) {
                    throw fail(type, "should have the type of a function, not type " + function.type() + ", a "
                            + btf.spell(function.type()));
                }
            }
            case BtfType.DataSec section -> section(section);
            case BtfType.Unknown unknown -> {
                if (unknown.kind() > LAST_KIND_OF_FIVE_BITS) {
                    throw fail(type, "is of kind " + unknown.kind() + ", over " + LAST_KIND_OF_FIVE_BITS);
                }
            }
            case BtfType.Void _,BtfType.Ptr _,BtfType.Array _,BtfType.Fwd _,BtfType.Alias _,BtfType.Var _,BtfType.DeclTag _ -> {
                // What they refer to exists and ends, which is all that is asked of them.
            }
        }
    }

    private void size(BtfType type, long size, List<Long> allowed) {
        if (!allowed.contains(size)) {
            throw fail(type, "has " + size + " bytes, not one of " + allowed);
        }
    }

    private void count(BtfType type, int elements) {
        if (elements > MOST_ELEMENTS) {
            throw fail(type, "has " + elements + " elements, over " + MOST_ELEMENTS);
        }
    }

    private void member(BtfType.Composite composite, BtfType.Member member) {
        BtfType target = resolve(member.type());
        long size = size(target);
        long bits = member.bitfieldSize();
        if (bits != 0) {
            boolean isNumber = target instanceof BtfType.Int || target instanceof BtfType.Enumeration;
            if (!isNumber || bits > Byte.SIZE * size) {
                throw fail(composite, "has the bitfield '" + member.name() + "' of " + bits + " bits in type "
                        + member.type() + ", a " + btf.spell(member.type())
                        + (isNumber ? ", which has only " + size + " bytes" : ", which is no integer and no enum"));
            }
        } else if (size == NO_SIZE) {
            return;
        } else {
            bits = Byte.SIZE * size;
        }
        if (member.bitOffset() > Byte.SIZE * composite.size() - bits) {
            throw fail(composite, "has " + composite.size() + " bytes, but its member '" + member.name() + "', a "
                    + btf.spell(member.type()) + ", has " + bits + " bits at bit " + member.bitOffset());
        }
    }

    private void section(BtfType.DataSec section) {
        count(section, section.variables().size());
        boolean isKconfig = section.name().equals(KCONFIG);
        long total = 0;
        for (BtfType.VarInfo place : section.variables()) {
            BtfType entry = types[place.type()];
            if (!(entry instanceof BtfType.Var) && !(section.name().equals(KSYMS) && entry instanceof BtfType.Func)) {
                throw fail(section, "lists type " + place.type() + ", a " + btf.spell(place.type())
                        + ", among its variables");
            }
            if (isKconfig) {
                total += kconfig(section, resolve(entry.id()), place);
            }
        }
        if (total > LARGEST_KCONFIG) {
            throw fail(section, "has variables of " + total + " bytes together, over " + LARGEST_KCONFIG);
        }
    }

    /** libbpf writes numbers there by the kind of the variable's type, not by its size. */
    private long kconfig(BtfType.DataSec section, BtfType type, BtfType.VarInfo place) {
        long size = size(type);
        boolean fits = switch (type) {
            case BtfType.Int number -> number.size() <= Long.BYTES;
            case BtfType.Enum enumeration -> enumeration.size() == Integer.BYTES;
            case BtfType.Enum64 enumeration -> enumeration.size() == Long.BYTES;
            case BtfType.Array array -> resolve(array.element()) instanceof BtfType.Int element && element.size() == 1;
            case BtfType.Void _,BtfType.Ptr _,BtfType.Composite _,BtfType.Fwd _,BtfType.Alias _,BtfType.Func _,BtfType.FuncProto _,BtfType.Var _,BtfType.DataSec _,BtfType.FloatingPoint _,BtfType.DeclTag _,BtfType.Unknown _ ->
                false;
        };
        if (!fits) {
            throw fail(section, "lists type " + place.type() + ", a " + btf.spell(place.type())
                    + ", of type " + btf.spell(type.id()) + ", which holds no value of a kernel's configuration");
        }
        return Math.max(size, Long.BYTES);
    }

    /** The heights are known by now, so this ends. */
    private BtfType resolve(int id) {
        BtfType type = types[id];
        while (true) {
            switch (type) {
                case BtfType.Alias alias -> type = types[alias.type()];
                case BtfType.Var variable -> type = types[variable.type()];
                case BtfType.Void _,BtfType.Int _,BtfType.Ptr _,BtfType.Array _,BtfType.Composite _,BtfType.Enumeration _,BtfType.Fwd _,BtfType.Func _,BtfType.FuncProto _,BtfType.DataSec _,BtfType.FloatingPoint _,BtfType.DeclTag _,BtfType.Unknown _ -> {
                    return type;
                }
            }
        }
    }

    /** The bytes of a type that is no alias, at most {@link #HUGE}. */
    private long size(BtfType type) {
        long count = 1;
        BtfType at = type;
        while (at instanceof BtfType.Array array) {
            count = times(count, array.count());
            at = resolve(array.element());
        }
        long size = switch (at) {
            case BtfType.Int number -> number.size();
            case BtfType.Enumeration enumeration -> enumeration.size();
            case BtfType.FloatingPoint number -> number.size();
            case BtfType.Composite composite -> composite.size();
            case BtfType.Ptr _ -> POINTER_SIZE;
            case BtfType.Void _,BtfType.Array _,BtfType.Alias _,BtfType.Fwd _,BtfType.Func _,BtfType.FuncProto _,BtfType.Var _,BtfType.DataSec _,BtfType.DeclTag _,BtfType.Unknown _ ->
                NO_SIZE;
        };
        return size == NO_SIZE ? NO_SIZE : times(size, count);
    }

    private static long times(long a, long b) {
        return b != 0 && a > HUGE / b ? HUGE : a * b;
    }

    private ObjectFileException fail(BtfType type, String reason) {
        return new ObjectFileException(btf.name() + ": section .BTF: type " + type.id() + ", " + btf.spell(type.id())
                + ", " + reason + "; the file is damaged");
    }
}
