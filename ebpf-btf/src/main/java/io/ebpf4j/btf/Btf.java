package io.ebpf4j.btf;

import io.ebpf4j.btf.internal.Alignment;
import io.ebpf4j.btf.internal.Chains;
import io.ebpf4j.btf.internal.Sections;
import io.ebpf4j.btf.internal.Spelling;
import io.ebpf4j.btf.internal.TypeTable;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * The types of one BPF object, kernel or kernel module, by id.
 *
 * <p>One pass notes where each type lies, and it goes only as far as it has to: to find {@code task_struct} among a
 * kernel's 126,000 types takes a look at the first few hundred. A {@link BtfType} is made from the bytes whenever it is
 * asked for and not kept, so that four bytes a type are all that is ever kept. Whoever asks for the same type often keeps
 * the record.
 *
 * <p>Immutable and safe for use by several threads, as long as the segment it reads stays alive and unchanged. Every
 * method that takes an id or follows one throws {@link MalformedBtfException} when there is no such type, for ids come
 * from files. No nesting or circle of types in a file leads to more work than the number of its types, or to a stack
 * overflow.
 */
public final class Btf {
    private static final String SECTION = ".BTF";
    private static final String BASE_SECTION = ".BTF.base";

    private final String name;
    private final TypeTable table;
    private final @Nullable Btf base;
    private final Chains chains;

    private Btf(String name, TypeTable table, @Nullable Btf base) {
        this.name = name;
        this.table = table;
        this.base = base;
        this.chains = new Chains(table);
    }

    /**
     * {@return the types of a BPF object, or nothing when it has no section {@code .BTF}}
     *
     * <p>Split BTF is read on the {@code .BTF.base} that it brings, as kernel modules have it that are built apart from their
     * kernel: what they use of the kernel's types, by name and size, without members.
     *
     * <p>Compilers leave the sizes of {@link BtfType.DataSec}s and the offsets of their variables open: they are taken from
     * the ELF sections and symbols, and the variables sorted by them. {@code .ksyms} and {@code .kconfig} stay as they are,
     * for the loader makes up their place. A global variable with hidden visibility is shown as static, as libbpf does.
     *
     * @param elf the object; it must stay readable as long as the result is used
     * @throws MalformedBtfException when the section holds no BTF, not whole, or not fitting the rest of the file
     */
    public static Optional<Btf> of(ElfFile elf) {
        return elf.section(SECTION).map(section -> {
            Btf base = elf.section(BASE_SECTION).map(own -> {
                String name = elf.name() + ": section " + BASE_SECTION;
                return new Btf(name, TypeTable.open(elf.contents(own), name, null), null);
            }).orElse(null);
            return of(elf, section, base);
        });
    }

    /**
     * {@return the types of a kernel module's file, or nothing when it has no section {@code .BTF}}
     *
     * @param elf the module, {@code x.ko}; it must stay readable as long as the result is used
     * @param base the types of the kernel that it was built with
     * @throws MalformedBtfException when the section holds no BTF, not whole, or none that can be on that base
     */
    public static Optional<Btf> of(ElfFile elf, Btf base) {
        return elf.section(SECTION).map(section -> of(elf, section, base));
    }

    private static Btf of(ElfFile elf, ElfSection section, @Nullable Btf base) {
        var types = TypeTable.open(elf.contents(section), elf.name() + ": section " + SECTION,
                base == null ? null : base.table);
        types.size();
        // What is split is made from what was linked already: nothing in it waits for a linker.
        return new Btf(elf.name(), base == null ? Sections.correct(elf, types) : types, base);
    }

    /**
     * {@return the types in some raw BTF}
     *
     * <p>Checks the header and where the texts lie. A fault in a type shows when the pass over the types comes there; ask for
     * {@link #size()} to see it at once.
     *
     * @param raw BTF from its header on, in either byte order, as in {@code /sys/kernel/btf/vmlinux}; it is not copied
     * @param name how messages call it
     * @throws MalformedBtfException when it is no BTF, or its parts do not lie within it
     */
    public static Btf parse(MemorySegment raw, String name) {
        return new Btf(name, TypeTable.open(raw.asReadOnly(), name + ": BTF", null), null);
    }

    /**
     * {@return the types in some raw BTF, as {@link #parse(MemorySegment, String)} reads them}
     *
     * <p>In a JVM that has not used a {@link MemorySegment} yet this is the quicker way: the first one takes some 20 ms.
     *
     * @param raw BTF from the buffer's position to its limit; it is not copied, and the buffer not changed
     * @param name how messages call it
     * @throws MalformedBtfException when it is no BTF, or its parts do not lie within it
     */
    public static Btf parse(ByteBuffer raw, String name) {
        return new Btf(name, TypeTable.open(raw.asReadOnlyBuffer(), name + ": BTF", null), null);
    }

    /**
     * {@return the types in some split BTF, such as that of a kernel module, and those of its base}
     *
     * <p>The whole base is looked at, for its number of types is where the ids here begin.
     *
     * @param raw BTF from its header on; it is not copied
     * @param name how messages call it
     * @param base the types whose ids and strings it continues
     * @throws MalformedBtfException when it is no BTF, its parts do not lie within it, it cannot be on that base, or
     *         the base is broken
     */
    public static Btf parse(MemorySegment raw, String name, Btf base) {
        return new Btf(name, TypeTable.open(raw.asReadOnly(), name + ": BTF", base.table), base);
    }

    /**
     * {@return the types in some split BTF, as {@link #parse(MemorySegment, String, Btf)} reads them}
     *
     * @param raw BTF from the buffer's position to its limit; it is not copied, and the buffer not changed
     * @param name how messages call it
     * @param base the types whose ids and strings it continues
     * @throws MalformedBtfException when it is no BTF, its parts do not lie within it, it cannot be on that base, or
     *         the base is broken
     */
    public static Btf parse(ByteBuffer raw, String name, Btf base) {
        return new Btf(name, TypeTable.open(raw.asReadOnlyBuffer(), name + ": BTF", base.table), base);
    }

    /** {@return how messages call it} */
    public String name() {
        return name;
    }

    /** {@return the byte order of its numbers, which is also that of the data it describes} */
    public ByteOrder order() {
        return table.reader().order();
    }

    /** {@return the types whose ids these continue, if this is split BTF} */
    public Optional<Btf> base() {
        return Optional.ofNullable(base);
    }

    /** {@return the first id that is not of the base: 1 when there is none} */
    public int firstId() {
        return table.firstId();
    }

    /**
     * {@return how many types there are, void and those of the base included: ids go from 0 to one less}
     *
     * @throws MalformedBtfException when the bytes of some type are not whole
     */
    public int size() {
        return table.size();
    }

    /**
     * {@return a type}
     *
     * @param id its id; 0 is void
     * @throws MalformedBtfException also when it names or refers to what does not exist
     */
    public BtfType type(int id) {
        return table.type(id);
    }

    /**
     * {@return the record that {@link #type} makes of a type, without making it}
     *
     * @param id its id; 0 is void
     * @throws MalformedBtfException when there is no such type
     */
    public Class<? extends BtfType> kind(int id) {
        return table.kind(id).record();
    }

    /**
     * {@return how many members, constants, parameters or variables a type has; 0 where its kind has none of them} For
     * whoever would not ask for the {@link #type} if there are very many.
     *
     * @param id its id
     * @throws MalformedBtfException when there is no such type
     */
    public int elementCount(int id) {
        return table.elementCount(id);
    }

    /** {@return all types by id, each made when it is asked for} */
    public List<BtfType> types() {
        return new Types();
    }

    /**
     * {@return the type of a kind with a name; of several, the one with the lowest id}
     *
     * @param <T> the record, or an interface for several kinds
     * @param kind the record, or an interface for several kinds
     * @param name the name, which is not empty
     */
    public <T extends BtfType> Optional<T> find(Class<T> kind, String name) {
        int id = table.find(kind, name);
        return id == 0 ? Optional.empty() : Optional.of(kind.cast(table.type(id)));
    }

    /**
     * {@return the type behind all typedefs, qualifiers and type tags}
     *
     * @param id a type
     * @throws MalformedBtfException also when they go round in a circle
     */
    public BtfType resolve(int id) {
        return type(chains.resolve(id));
    }

    /**
     * {@return the names of the typedefs from a type to the one that {@link #resolve} gives, outermost first}
     *
     * @param id a type
     */
    public List<String> typedefs(int id) {
        return chains.typedefs(id);
    }

    /**
     * {@return the bytes a variable of a type takes}
     *
     * @param id a type; that of a variable or section stands for what it holds
     * @throws MalformedBtfException also when it has no size (void, a function, a struct only declared), when arrays go
     *         round in a circle, or when it is larger than 2^63
     */
    public long sizeOf(int id) {
        return chains.sizeOf(id);
    }

    /**
     * {@return the alignment in bytes of a variable of a type, as far as BTF tells it}
     *
     * <p>That of a number is its size but at most 8, so that of a 128-bit one is 8. A struct with a member, or of a size,
     * that does not fit the alignment of its members is packed and has 1. The rules are those of libbpf.
     *
     * @param id a type; that of a variable stands for what it holds
     * @throws MalformedBtfException also when it has no size, or contains itself
     */
    public long alignOf(int id) {
        return new Alignment(table).of(id);
    }

    /**
     * {@return the texts of the {@code btf_decl_tag}s on a declaration as a whole, in the order of the file}
     *
     * @param id a struct, union, variable, function or typedef
     */
    public List<String> declTags(int id) {
        return declTags(id, BtfType.DeclTag.WHOLE);
    }

    /**
     * {@return the texts of the {@code btf_decl_tag}s on a member or parameter, in the order of the file}
     *
     * @param id a struct, union or function
     * @param component which member or parameter, from 0
     */
    public List<String> declTags(int id, int component) {
        return table.declTags(id, component);
    }

    /**
     * {@return the type as one would write it in C, for messages: {@code struct event}, {@code char[16]},
     * {@code int (*)(struct sock *)}}
     *
     * <p>Type tags are left out. Long names, long chains and nested functions are cut with {@code ...}, so that the text is
     * short whatever the file says; only an id that does not exist throws.
     *
     * @param id a type
     */
    public String spell(int id) {
        return new Spelling(table).of(id);
    }

    TypeTable table() {
        return table;
    }

    @Override
    public String toString() {
        return name + ": BTF of " + table.byteSize() + " bytes, " + order();
    }

    /** A view, so that a kernel's types are not all made to be looked at. */
    private final class Types extends AbstractList<BtfType> implements RandomAccess {
        @Override
        public BtfType get(int index) {
            return type(Objects.checkIndex(index, size()));
        }

        @Override
        public int size() {
            return table.size();
        }
    }
}
