package io.ebpf4j.elf;

import io.ebpf4j.elf.internal.ByteReader;
import io.ebpf4j.elf.internal.ByteWriter;
import io.ebpf4j.elf.internal.Messages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Changes an object file. The file it was made of stays as it is; {@link #toBytes()} gives the changed one.
 *
 * <ul>
 * <li>With no change, the bytes are those of the original.
 * <li>Sections and symbols keep their indexes, and new sections come last, so that all that refers to them by index
 * (symbols, relocations, {@code sh_link}, {@code sh_info}, groups) stays right.
 * <li>Nothing is written over: changed contents, and the section header table, go to the end of the file, and the bytes
 * that they replace are no longer referred to. Sections that overlap in the original thus do no harm.
 * </ul>
 *
 * <p>It checks that what is referred to exists, not that new contents have a meaning: an index out of range is an
 * {@link IndexOutOfBoundsException}, what cannot be written for another reason an {@link IllegalArgumentException}, and
 * then nothing of that call is done. A table of the file that has to be read first, and is broken, is a
 * {@link MalformedElfException}. Not for use by several threads.
 */
public final class ElfEditor {
    private final ElfFile file;
    private final List<EditedSection> sections = new ArrayList<>();

    private ElfEditor(ElfFile file) {
        this.file = file;
        if (file.header().programHeaderCount() != 0) {
            throw new IllegalArgumentException(
                    file.name() + " has program headers: only object files can be edited, for"
                            + " in an executable the segments would no longer fit the sections");
        }
        ByteReader headers = reader();
        for (ElfSection section : file.sections()) {
            long header = file.header().sectionHeaderOffset() + (long) section.index() * ElfParser.SECTION_HEADER_SIZE;
            sections.add(new EditedSection(file, section, headers.u32(header)));
        }
    }

    /**
     * {@return an editor that has changed nothing yet}
     *
     * @param file what to begin with
     * @throws IllegalArgumentException when it is an executable or a shared library
     */
    public static ElfEditor of(ElfFile file) {
        return new ElfEditor(file);
    }

    /**
     * Gives a section other contents, of any size. One that was compressed or without bits ({@code .bss}) is so no longer.
     *
     * @param section its index
     * @param contents the new contents, which are copied
     * @return this
     */
    public ElfEditor replaceContents(int section, byte[] contents) {
        return replaceContents(section, MemorySegment.ofArray(contents));
    }

    /**
     * Gives a section other contents, of any size. One that was compressed or without bits ({@code .bss}) is so no longer.
     *
     * @param section its index
     * @param contents the new contents, which are copied
     * @return this
     */
    public ElfEditor replaceContents(int section, MemorySegment contents) {
        edit(section).replace(contents);
        return this;
    }

    /**
     * Sets the size of a section to 0, and that of the relocations that change it: without bytes there is nothing to
     * change.
     *
     * @param section its index
     * @return this
     */
    public ElfEditor emptySection(int section) {
        edit(section).empty();
        sections.stream().filter(s -> s.header().isRelocations() && s.header().info() == section)
                .forEach(EditedSection::empty);
        return this;
    }

    /**
     * Gives a section another name. The names of the relocations that belong to it ({@code .rel} and the name) follow only
     * when they are renamed as well.
     *
     * @param section its index
     * @param name the new name
     * @return this
     */
    public ElfEditor renameSection(int section, String name) {
        EditedSection edited = edit(section);
        edited.rename(name, addName(namesSection(), name));
        return this;
    }

    /**
     * Adds a section at the end of the table.
     *
     * @param name its name
     * @param type {@code sh_type}, for instance {@link ElfConstants#SHT_PROGBITS}
     * @param flags {@code sh_flags}, bits such as {@link ElfConstants#SHF_WRITE}
     * @param alignment {@code sh_addralign}, a power of two, or 0 for none
     * @param contents its contents, which are copied
     * @return its index
     */
    public int addSection(String name, int type, long flags, long alignment, byte[] contents) {
        return add(name, type, flags, alignment, 0, 0, 0, contents);
    }

    /**
     * Lets a symbol begin at another place.
     *
     * @param symbolIndex its index in {@link ElfFile#symbols()}
     * @param sectionIndex the section in which it now lies, or a reserved index as in {@link ElfSymbol#sectionIndex()}
     * @param value its new value, mostly the offset in that section, in bytes
     * @return this
     */
    public ElfEditor setSymbol(int symbolIndex, int sectionIndex, long value) {
        setSymbolSection(symbol(symbolIndex), sectionIndex);
        edit(symbolTable()).contents().setU64(symbolIndex * SymbolTable.ENTRY_SIZE + 8, value);
        return this;
    }

    /**
     * Rewrites a symbol.
     *
     * @param symbol what the symbol of its index shall be from now on
     * @return this
     * @throws IllegalArgumentException when it would become local or cease to be so: local symbols come before all others
     */
    public ElfEditor setSymbol(ElfSymbol symbol) {
        ElfSymbol old = symbol(symbol.index());
        if (symbol.isLocal() != old.isLocal()) {
            throw new IllegalArgumentException("symbol " + symbol.index() + " " + Messages.quote(symbol.name())
                    + " cannot change its binding from " + old.binding() + " to " + symbol.binding()
                    + ": local symbols (0) come before all others");
        }
        checkName(symbol.name());
        setSymbol(symbol.index(), symbol.sectionIndex(), symbol.value());
        ElfSection table = file.section(symbolTable());
        ByteWriter entries = edit(table.index()).contents();
        int at = symbol.index() * SymbolTable.ENTRY_SIZE;
        entries.setU32(at, symbol.name().equals(old.name())
                ? reader().u32(table.offset() + at)
                : addName(table.link(), symbol.name()));
        entries.setU8(at + 4, symbol.binding() << 4 | (symbol.type() & 0xf));
        entries.setU8(at + 5, (entries.getU8(at + 5) & ~3) | (symbol.visibility() & 3));
        entries.setU64(at + 16, symbol.size());
        return this;
    }

    /**
     * Adds relocations to a section: to the first section that has such for it, else to a new one, {@code .rel} or
     * {@code .rela} and its name.
     *
     * @param targetSection the index of the section that they change
     * @param relocations either all with an addend or all without; in the order in which they shall stand
     * @return this
     */
    public ElfEditor addRelocations(int targetSection, List<ElfRelocation> relocations) {
        ElfSection target = edit(targetSection).header();
        if (relocations.isEmpty()) {
            return this;
        }
        boolean withAddend = relocations.getFirst().addend().isPresent();
        for (ElfRelocation relocation : relocations) {
            check(relocation, withAddend, target);
        }
        int type = withAddend ? ElfConstants.SHT_RELA : ElfConstants.SHT_REL;
        int table = sections.stream().map(EditedSection::header)
                .filter(s -> s.type() == type && s.info() == targetSection).mapToInt(ElfSection::index).findFirst()
                .orElseGet(
                        () -> add((withAddend ? ".rela" : ".rel") + target.name(), type, ElfConstants.SHF_INFO_LINK, 8,
                                file.symbolTable().map(ElfSection::index).orElse(0), targetSection,
                                withAddend ? RelocationTable.RELA_SIZE : RelocationTable.REL_SIZE, new byte[0]));
        ByteWriter entries = edit(table).contents();
        for (ElfRelocation relocation : relocations) {
            entries.u64(relocation.offset());
            entries.u64((long) relocation.symbolIndex() << 32 | Integer.toUnsignedLong(relocation.type()));
            relocation.addend().ifPresent(entries::u64);
        }
        return this;
    }

    /** {@return the changed file} */
    public byte[] toBytes() {
        var out = new ByteWriter(file.order());
        out.bytes(file.bytes());
        if (sections.size() > file.sections().size() || sections.stream().anyMatch(EditedSection::isChanged)) {
            sections.forEach(section -> section.writeContents(out));
            out.align(8);
            int table = out.size();
            boolean wide = sections.size() >= ElfParser.SHN_LORESERVE;
            for (EditedSection section : sections) {
                ElfSection header = section.header();
                section.writeHeader(out, wide && header.index() == 0 ? sections.size() : header.size());
            }
            out.setU64(0x28, table);
            out.setU16(0x3c, wide ? 0 : sections.size());
        }
        return out.toByteArray();
    }

    /**
     * Writes the changed file.
     *
     * @param path where to, over what is there
     * @throws UncheckedIOException when that fails
     */
    public void writeTo(Path path) {
        try {
            Files.write(path, toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": cannot be written: " + e, e);
        }
    }

    private EditedSection edit(int section) {
        if (section == 0) {
            throw new IllegalArgumentException("section 0 is no section and cannot be edited");
        }
        return sections.get(section);
    }

    private int add(String name, int type, long flags, long alignment, int link, int info, int entrySize,
            byte[] contents) {
        long nameOffset = addName(namesSection(), name);
        int index = sections.size();
        var added = new EditedSection(file,
                new ElfSection(index, name, type, flags, 0, 0, 0, link, info, alignment, entrySize), nameOffset);
        sections.add(added);
        if (type == ElfConstants.SHT_NOBITS && contents.length == 0) {
            added.empty();
        } else {
            added.replace(MemorySegment.ofArray(contents));
        }
        return index;
    }

    private int namesSection() {
        int index = file.header().sectionNamesIndex();
        if (index == 0) {
            throw new IllegalArgumentException(file.name() + " has no names of sections, so none can be named");
        }
        return index;
    }

    private int symbolTable() {
        return file.symbolTable().orElseThrow().index();
    }

    private static void checkName(String name) {
        if (name.indexOf(0) >= 0) {
            throw new IllegalArgumentException("a name cannot have a NUL in it: " + Messages.quote(name));
        }
    }

    private long addName(int stringTable, String name) {
        checkName(name);
        ByteWriter names = edit(stringTable).contents();
        if (names.size() == 0) {
            names.u8(0);
        }
        int offset = names.size();
        names.bytes(name.getBytes(StandardCharsets.UTF_8));
        names.u8(0);
        return offset;
    }

    private ElfSymbol symbol(int index) {
        if (index == 0) {
            throw new IllegalArgumentException("symbol 0 is no symbol and cannot be edited");
        }
        return file.symbols().get(index);
    }

    private void setSymbolSection(ElfSymbol old, int section) {
        if (section >= sections.size() || section < (short) ElfParser.SHN_LORESERVE
                || section == (short) ElfParser.SHN_XINDEX) {
            throw new IllegalArgumentException("symbol " + old.index() + " " + Messages.quote(old.name())
                    + " cannot lie in section " + section + ": there are " + sections.size());
        }
        boolean wide = section >= ElfParser.SHN_LORESERVE;
        Optional<EditedSection> wideIndexes = sections.stream().filter(s -> holdsWideIndexOf(old, s.header()))
                .findFirst();
        if (wide && wideIndexes.isEmpty()) {
            throw new IllegalArgumentException("symbol " + old.index() + " cannot lie in section " + section
                    + ": without an entry in an SHT_SYMTAB_SHNDX section the highest is "
                    + (ElfParser.SHN_LORESERVE - 1));
        }
        wideIndexes.ifPresent(s -> s.contents().setU32(old.index() * 4, wide ? section : 0));
        edit(symbolTable()).contents().setU16(old.index() * SymbolTable.ENTRY_SIZE + 6,
                wide ? ElfParser.SHN_XINDEX : section);
    }

    private boolean holdsWideIndexOf(ElfSymbol symbol, ElfSection section) {
        return section.type() == ElfConstants.SHT_SYMTAB_SHNDX && section.link() == symbolTable()
                && section.size() / 4 > symbol.index();
    }

    private void check(ElfRelocation relocation, boolean withAddend, ElfSection target) {
        if (relocation.addend().isPresent() != withAddend) {
            throw new IllegalArgumentException(
                    "relocations with an addend and without one cannot stand in one section");
        }
        if (relocation.symbolIndex() != 0
                && Integer.compareUnsigned(relocation.symbolIndex(), file.symbols().size()) >= 0) {
            throw new IllegalArgumentException("a relocation refers to symbol "
                    + Integer.toUnsignedString(relocation.symbolIndex()) + ", but there are " + file.symbols().size());
        }
        if (Long.compareUnsigned(relocation.offset(), target.size()) >= 0) {
            throw new IllegalArgumentException("a relocation changes offset "
                    + Long.toUnsignedString(relocation.offset())
                    + " of " + target.label() + ", which has only " + Long.toUnsignedString(target.size()) + " bytes");
        }
    }

    private ByteReader reader() {
        return new ByteReader(file.bytes(), file.order(), file.name(), MalformedElfException::new);
    }
}
