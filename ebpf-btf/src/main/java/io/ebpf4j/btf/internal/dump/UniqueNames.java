package io.ebpf4j.btf.internal.dump;

import io.ebpf4j.btf.internal.Kind;

/**
 * C names for types. BTF of several compilation units has different types of one name, C may not: the second
 * {@code struct x} becomes {@code x___2}. As in C there are two spaces of names: tags, and what stands without a keyword.
 */
final class UniqueNames {
    private final Image image;
    private final NameCounts tags;
    private final NameCounts ordinary;
    /** By id, which of its name it is, from 1; 0 if it was not met yet. */
    private final int[] numbers;

    UniqueNames(Image image, Budget budget) {
        this.image = image;
        this.tags = new NameCounts(image.texts(), budget);
        this.ordinary = new NameCounts(image.texts(), budget);
        this.numbers = new int[image.size()];
    }

    /** Takes the name for a type and writes it, or nothing for an anonymous one. */
    void write(Output out, int id) {
        write(out, image.name(id), number(id));
    }

    /** Writes the name of an enumerator, which takes another each time its enum is written. */
    void writeEnumerator(Output out, int name) {
        write(out, name, ordinary.next(name));
    }

    private static void write(Output out, int name, int number) {
        out.text(name);
        if (number > 1) {
            out.put("___").number(number);
        }
    }

    /** {@return which of its name a type is, from 1; it takes the name when it is asked for first} */
    int number(int id) {
        if (numbers[id] == 0) {
            numbers[id] = next(id);
        }
        return numbers[id];
    }

    private int next(int id) {
        var kind = image.kind(id);
        boolean onlyDeclared = kind == Kind.FWD || (kind == Kind.ENUM && image.vlen(id) == 0);
        if (image.name(id) == 0 || onlyDeclared) {
            return 1;
        }
        return (kind == Kind.TYPEDEF ? ordinary : tags).next(image.name(id));
    }
}
