package io.ebpf4j.btf.internal;

import io.ebpf4j.btf.BtfLayout;
import io.ebpf4j.btf.BtfLayout.Field;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Composite;
import io.ebpf4j.btf.BtfType.Member;
import io.ebpf4j.elf.internal.Messages;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the fields of a struct, going into anonymous ones with a stack of its own. */
public final class Flattening {
    private final TypeTable table;
    private final Chains chains;
    private final Names names;
    private final Deque<Frame> open = new ArrayDeque<>();
    private final Set<Integer> openIds = new HashSet<>();
    /** What was met already, behind its aliases. */
    private final Map<Integer, BtfType> resolved = new HashMap<>();
    private final List<Field> fields = new ArrayList<>();
    private long visitsLeft;

    /** A struct or union in the middle of its members. */
    private static final class Frame {
        private final Composite composite;
        private final long bitOffset;
        private final boolean shared;
        private int next;

        Frame(Composite composite, long bitOffset, boolean shared) {
            this.composite = composite;
            this.bitOffset = bitOffset;
            this.shared = shared;
        }
    }

    /** Makes one layout. */
    public Flattening(TypeTable table) {
        this.table = table;
        this.chains = Chains.counted(table);
        this.names = table.names();
        // With the same struct twice at each of many levels, there can be more members than there is memory.
        this.visitsLeft = table.byteSize();
    }

    /** {@return the layout of a struct or union, or an alias of one} */
    public BtfLayout of(int id) {
        if (!(resolve(id) instanceof Composite outermost)) {
            throw table.fail(table.describe(id) + " is no struct or union, so it has no fields");
        }
        enter(outermost, 0, false);
        while (!open.isEmpty()) {
            var frame = open.getFirst();
            if (frame.next == frame.composite.members().size()) {
                openIds.remove(open.pop().composite.id());
            } else {
                visit(frame, frame.next++, outermost);
            }
        }
        return new BtfLayout(outermost.id(), outermost.size(), fields);
    }

    private BtfType resolve(int id) {
        return resolved.computeIfAbsent(id, key -> table.type(chains.resolve(key), names));
    }

    private void enter(Composite composite, long bitOffset, boolean shared) {
        if (!openIds.add(composite.id())) {
            throw table.fail(table.describe(composite.id()) + " contains itself");
        }
        boolean overlapping = composite instanceof BtfType.Union && composite.members().size() > 1;
        open.push(new Frame(composite, bitOffset, shared || overlapping));
    }

    private void visit(Frame frame, int component, Composite outermost) {
        if (visitsLeft-- == 0) {
            throw table.fail("%s has more members than the file has bytes"
                    .formatted(table.describe(outermost.id())));
        }
        var member = frame.composite.members().get(component);
        long bitOffset = frame.bitOffset + member.bitOffset();
        if (member.name().isEmpty() && member.bitfieldSize() == 0
                && resolve(member.type()) instanceof Composite anonymous) {
            enter(anonymous, bitOffset, frame.shared);
            return;
        }
        var field = field(member, bitOffset, frame, component);
        checkWithin(outermost, field);
        fields.add(field);
    }

    private Field field(Member member, long bitOffset, Frame frame, int component) {
        int size = member.bitfieldSize();
        // Compilers of before 2019 tell bit fields by an integer type of fewer bits than its bytes have.
        if (size == 0 && table.kind(chains.resolve(member.type())) == Kind.INT
                && resolve(member.type()) instanceof BtfType.Int integer
                && (integer.bits() != 8 * integer.size() || integer.bitOffset() != 0 || bitOffset % 8 != 0)) {
            size = integer.bits();
            bitOffset += integer.bitOffset();
        }
        return new Field(member.name(), member.type(), bitOffset, size, frame.shared, frame.composite.id(), component);
    }

    private void checkWithin(Composite outermost, Field field) {
        long size = outermost.size();
        boolean within = field.isBitfield()
                ? field.bitOffset() + field.bitfieldSize() <= 8 * size
                : field.bitOffset() % 8 == 0 && field.byteOffset() <= size
                        && chains.sizeOf(field.type()) <= size - field.byteOffset();
        if (!within) {
            throw table.fail("%s has %d bytes, but its member %s %s at bit %d goes beyond them or begins within a byte"
                    .formatted(table.describe(outermost.id()), size, new Spelling(table).of(field.type()),
                            Messages.quote(field.name()), field.bitOffset()));
        }
    }
}
