package io.ebpf4j.btf.internal;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfLayout;
import io.ebpf4j.btf.BtfLayout.Field;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.elf.internal.Messages;
import java.util.Optional;
import java.util.regex.Pattern;

/** Follows {@code a.b[2].c} from a struct to a field in it. */
public final class MemberPath {
    /** One at a time: a pattern for the whole path would call itself for each. */
    private static final Pattern STEP = Pattern
            .compile("\\G(?:\\[(?<index>\\d{1,18})]|(?<dot>\\.?)(?<name>[^.\\[\\]]+))");

    private MemberPath() {}

    /**
     * {@return the field, named by the whole path, or nothing when there is none}
     *
     * @throws IllegalArgumentException when the text is no path
     */
    public static Optional<Field> follow(Btf btf, int id, String path) {
        check(path);
        var at = new Field(path, id, 0, 0, false, id, BtfType.DeclTag.WHOLE);
        for (var step = STEP.matcher(path); step.find();) {
            String name = step.group("name");
            var next = name == null
                    ? element(btf, at, Long.parseLong(step.group("index")))
                    : member(btf, at, name);
            if (next.isEmpty()) {
                return next;
            }
            at = next.get();
        }
        return Optional.of(at);
    }

    private static void check(String path) {
        var step = STEP.matcher(path);
        int end = 0;
        boolean right = true;
        while (right && step.find()) {
            // A name has a dot before it unless it is the first; an index is never first.
            right = step.group("name") == null ? end > 0 : (end > 0) == !step.group("dot").isEmpty();
            end = step.end();
        }
        if (!right || end == 0 || end < path.length()) {
            throw new IllegalArgumentException(
                    Messages.quote(path) + " is no path to a member; write names and indexes, as in a.b[2].c");
        }
    }

    private static Optional<Field> member(Btf btf, Field at, String name) {
        if (at.isBitfield() || !(btf.resolve(at.type()) instanceof BtfType.Composite)) {
            return Optional.empty();
        }
        return BtfLayout.of(btf, at.type()).field(name)
                .map(field -> new Field(at.name(), field.type(), plus(btf, at, field.bitOffset()), field.bitfieldSize(),
                        at.shared() || field.shared(), field.owner(), field.component()));
    }

    private static Optional<Field> element(Btf btf, Field at, long index) {
        if (at.isBitfield() || !(btf.resolve(at.type()) instanceof BtfType.Array array)
                || (index >= array.count() && array.count() != 0)) {
            return Optional.empty();
        }
        long size = btf.sizeOf(array.element());
        if (size != 0 && index > Long.MAX_VALUE / Byte.SIZE / size) {
            throw tooFar(btf, at);
        }
        return Optional
                .of(new Field(at.name(), array.element(), plus(btf, at, index * size * Byte.SIZE), 0, at.shared(),
                        at.owner(), at.component()));
    }

    private static long plus(Btf btf, Field at, long bits) {
        try {
            return Math.addExact(at.bitOffset(), bits);
        } catch (ArithmeticException e) {
            throw tooFar(btf, at);
        }
    }

    private static RuntimeException tooFar(Btf btf, Field at) {
        return new IllegalArgumentException(
                btf.name() + ": " + Messages.quote(at.name()) + " lies more than 2^63 bits from the beginning");
    }
}
