package io.ebpf4j.btf;

import io.ebpf4j.btf.internal.dump.CDump;
import io.ebpf4j.btf.internal.dump.RawDump;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.stream.IntStream;

/**
 * BTF as text: as C that compiles to the same layout, and type by type.
 *
 * <p>The C form is the {@code vmlinux.h} that probes include: what {@code bpftool btf dump file x format c} prints. A type
 * comes after those whose size it needs, otherwise in the order of ids; what is only pointed to is declared first. Of
 * several types of one name the second becomes {@code name___2}, which CO-RE takes for {@code name}. Gaps between members
 * become unnamed bit fields, and what lies closer than a compiler would put it is {@code packed}. Both byte orders give
 * the same text.
 *
 * <p>The definitions are those of libbpf 1.8 byte for byte, and those of bpftool 7.1 but for {@code mode} attributes: that
 * one wrote none on enums of one byte, and of eight without a large value, which so lost their size. Beyond that:
 * <ul>
 * <li>Newer versions of bpftool sort the types by kind and name unless told {@code unsorted}, and add macros and the
 * prototypes of kernel functions. They dump split BTF together with its whole base.
 * <li>Qualifiers outside of a type tag, which no compiler makes, come out as C; in libbpf they stick to the word before.
 * <li>Typedefs, qualifiers and arrays of a member more than 32 deep, structs of more than 256 MiB and numbered names of
 * more than 255 bytes come out right.
 * <li>A type of a kind that is not known is a comment where others use it.
 * <li>Where libbpf only logs what it cannot write, this throws; also where libbpf would not return or crash.
 * </ul>
 *
 * <p>The raw form has an entry a type, byte for byte as {@code bpftool btf dump file x} prints it: what the section
 * {@code .BTF} says, also where {@link Btf#of} knows better from the rest of an ELF file.
 *
 * <p>Names are written as they are, as by libbpf: compilers for C make only identifiers, but a file can hold any text,
 * also one that reads as C. So compile no header from a file that you would not compile C from. What is not UTF-8 comes
 * out as replacement characters.
 *
 * <p>Every type is checked before anything is written: one that refers to a type or name that does not exist is a
 * {@link MalformedBtfException}. Types that need each other in a way that C does not have, or that stand in each other so
 * that the text would have more than 4 MiB and 32 times the bytes of the file (or 1 GiB), end with it after a part of the
 * text. No nesting in a file is one of calls. A dump takes memory of about twice the BTF, for the text goes out in
 * pieces; those that return a text take that, too.
 *
 * <p>Safe for use by several threads, as {@link Btf} is.
 */
public final class BtfDump {
    private BtfDump() {}

    /**
     * {@return all types as a header in C}
     *
     * @param btf the types; of split BTF its own, with what they need of its base
     */
    public static String c(Btf btf) {
        return text(out -> c(btf, out));
    }

    /**
     * Writes all types as a header in C.
     *
     * @param btf the types; of split BTF its own, with what they need of its base
     * @param out where to; a {@link java.io.Writer} or {@link StringBuilder}
     * @throws IOException as thrown by {@code out}
     */
    public static void c(Btf btf, Appendable out) throws IOException {
        CDump.write(btf.table(), IntStream.range(btf.table().firstId(), btf.size()).toArray(), true, out);
    }

    /**
     * Writes some types, and all that they need, as a header in C: that of {@code bpftool}'s {@code root_id}.
     *
     * @param btf the types
     * @param ids which types; also functions and sections, which are nothing in C, can be among them
     * @param out where to
     * @throws IOException as thrown by {@code out}
     */
    public static void c(Btf btf, Collection<Integer> ids, Appendable out) throws IOException {
        CDump.write(btf.table(), array(ids), true, out);
    }

    /**
     * {@return the definitions in C of some types, and all that they need, without include guard and pragma}
     *
     * @param btf the types
     * @param ids which types
     */
    public static String definitions(Btf btf, Collection<Integer> ids) {
        return text(out -> CDump.write(btf.table(), array(ids), false, out));
    }

    /**
     * {@return all types by id, one entry each}
     *
     * @param btf the types; of split BTF its own
     */
    public static String raw(Btf btf) {
        return text(out -> raw(btf, out));
    }

    /**
     * Writes all types by id, one entry each.
     *
     * @param btf the types; of split BTF its own
     * @param out where to
     * @throws IOException as thrown by {@code out}
     */
    public static void raw(Btf btf, Appendable out) throws IOException {
        RawDump.write(btf.table(), out);
    }

    private static int[] array(Collection<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    private interface Writing {
        void to(Appendable out) throws IOException;
    }

    private static String text(Writing writing) {
        var text = new StringBuilder();
        try {
            writing.to(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // no StringBuilder throws it
        }
        return text.toString();
    }
}
