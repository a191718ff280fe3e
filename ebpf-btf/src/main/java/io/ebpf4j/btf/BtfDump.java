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
 * <p>The C form is the {@code vmlinux.h} that probes include; it is what {@code bpftool btf dump file x format c} prints,
 * byte for byte. A type comes after those whose size it needs, otherwise in the order of ids; what is only pointed to is
 * declared first. Of several types of one name the second becomes {@code name___2}, which CO-RE takes for {@code name}.
 * Gaps between members become unnamed bit fields and {@code packed} attributes, so that every member lies where BTF has
 * it. Compared with bpftool 7.1 and with libbpf 1.8, in which {@code btf_dump} does the work, it differs so:
 * <ul>
 * <li>An enum of one byte, or of eight without a large value, has the {@code mode} attribute that gives it this size, as
 * with libbpf since 1.1; bpftool 7.1 wrote it without.
 * <li>Types come in the order of ids. Newer versions of bpftool sort them by kind and name, unless called with
 * {@code unsorted}, and add prototypes of kernel functions and macros for them.
 * <li>Qualifiers and arrays that are nested more than 32 deep, structs of more than 256 MiB and names of more than 255
 * characters come out right.
 * <li>Where libbpf warns and leaves out what it cannot write, this throws; where it would not return, too.
 * <li>A type of a kind that is not known is a comment where others use it.
 * </ul>
 * Both byte orders give the same text.
 *
 * <p>The raw form has one entry a type, as {@code bpftool btf dump file x} prints it, byte for byte: what the section
 * {@code .BTF} says, also where {@link Btf#of} knows better from the rest of an ELF file.
 *
 * <p>Names are written as they are, as libbpf does: no compiler makes any but identifiers (types of Rust are one exception),
 * but a hostile file can hold any text, also one that reads as C. So compile only what comes from a source that you would
 * compile C from. What is not UTF-8 comes out as replacement characters.
 *
 * <p>All methods check every type before they write anything, and throw {@link MalformedBtfException} when one refers to
 * a type or name that does not exist, or, after a part of the text, when types need each other in a way that C does not
 * have. The text has at most 4 MiB and 32 times the bytes of the file, and at most 1 GiB, or it ends with that exception
 * too: a few hundred bytes could otherwise describe more text than fits on any disk. A dump takes memory of about three
 * times the BTF; the text goes out in pieces. Safe for use by several threads, as {@link Btf} is.
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
