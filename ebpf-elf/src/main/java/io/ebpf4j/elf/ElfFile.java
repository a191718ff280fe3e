package io.ebpf4j.elf;

import io.ebpf4j.elf.internal.ByteReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A 64-bit ELF file of either byte order, read and not trusted.
 *
 * <p>Parsing reads and checks the header and the section table; symbols and relocations are decoded when they are first
 * asked for, and kept. So a big file costs what is asked of it, and an error in a table shows when that table is read.
 * Every error in the bytes is a {@link MalformedElfException}.
 *
 * <p>Immutable, and safe for use by several threads as far as the bytes are: they must not change while the file is
 * used. When they do, values are wrong or a {@link MalformedElfException} is thrown; nothing outside of them is read.
 */
public final class ElfFile {
    /** Up to here a file is read, which shields from a change of the file; a bigger one is mapped, which costs nothing. */
    private static final int LARGEST_READ = 16 << 20;

    private final String name;
    private final ByteReader reader;
    private final ElfHeader header;
    private final List<ElfSection> sections;
    private final Optional<ElfSection> symbolTable;
    private final Map<Integer, List<ElfSection>> relocationSections = new HashMap<>();

    private final ConcurrentHashMap<Integer, List<ElfRelocation>> relocations = new ConcurrentHashMap<>();
    /** Racy single check: two threads may both decode, and each sees a whole list, for its fields are final. */
    private @Nullable List<ElfSymbol> symbols;

    ElfFile(String name, ByteReader reader, ElfHeader header, List<ElfSection> sections) {
        this.name = name;
        this.reader = reader;
        this.header = header;
        this.sections = sections;
        List<ElfSection> tables = sections.stream().filter(s -> s.type() == ElfConstants.SHT_SYMTAB).limit(2).toList();
        if (tables.size() > 1) {
            throw reader.fail(tables.get(0).label() + " and " + tables.get(1).label()
                    + " are both symbol tables (SHT_SYMTAB); a file has at most one");
        }
        this.symbolTable = tables.stream().findFirst();
        for (ElfSection section : sections) {
            if (section.isRelocations()) {
                relocationSections.computeIfAbsent(section.info(), target -> new ArrayList<>()).add(section);
            }
        }
    }

    /**
     * Reads a file. One of more than 16 MiB is mapped instead, and must not be cut short while it is used.
     *
     * @param path the file; its last element becomes the {@link #name()}
     * @return the parsed file
     * @throws MalformedElfException when it is no 64-bit ELF file, or a broken one
     * @throws UncheckedIOException when it cannot be read
     */
    public static ElfFile parse(Path path) {
        Path last = path.getFileName();
        String name = last == null ? path.toString() : last.toString();
        try {
            if (!Files.isRegularFile(path)) {
                return parse(readPipe(path), name);
            }
            if (Files.size(path) <= LARGEST_READ) {
                return parse(Files.readAllBytes(path), name);
            }
            try (FileChannel channel = FileChannel.open(path)) {
                return parse(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()), name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": cannot be read: " + e, e);
        }
    }

    /**
     * Parses bytes, which are not copied: the array must not be changed as long as the result is used.
     *
     * @param bytes the whole file
     * @param name how messages call it
     * @return the parsed file
     * @throws MalformedElfException when they are no 64-bit ELF file, or a broken one
     */
    public static ElfFile parse(byte[] bytes, String name) {
        return parse(MemorySegment.ofArray(bytes), name);
    }

    /**
     * Parses a segment, which is not copied: the result can be used as long as, and from the threads from which, the
     * segment can.
     *
     * @param bytes the whole file
     * @param name how messages call it
     * @return the parsed file
     * @throws MalformedElfException when they are no 64-bit ELF file, or a broken one
     */
    public static ElfFile parse(MemorySegment bytes, String name) {
        return ElfParser.parse(bytes.asReadOnly(), name);
    }

    /** {@return how messages call the file} */
    public String name() {
        return name;
    }

    /** {@return the file header} */
    public ElfHeader header() {
        return header;
    }

    /** {@return the byte order of every number in the file, and in a BPF object of what runs it} */
    public ByteOrder order() {
        return header.order();
    }

    /** {@return the whole file, read-only} */
    public MemorySegment bytes() {
        return reader.slice(0, reader.size());
    }

    /** {@return all sections by index, the unused section 0 included; empty when the file has no section table} */
    public List<ElfSection> sections() {
        return sections;
    }

    /**
     * {@return the first section of a name}
     *
     * @param sectionName for instance {@code ".maps"}
     */
    public Optional<ElfSection> section(String sectionName) {
        return sections.stream().filter(s -> s.name().equals(sectionName)).findFirst();
    }

    /**
     * {@return the section at an index}
     *
     * @param index from 0
     * @throws IndexOutOfBoundsException when there is none
     */
    public ElfSection section(int index) {
        return sections.get(index);
    }

    /**
     * {@return the bytes of a section, read-only; empty for one that takes no room in the file}
     *
     * @param section one of this file
     * @throws MalformedElfException when they are compressed
     * @throws IllegalArgumentException when the section is of another file
     */
    public MemorySegment contents(ElfSection section) {
        checkMine(section);
        if (!section.occupiesFile()) {
            return MemorySegment.ofArray(new byte[0]).asReadOnly();
        }
        if (section.isCompressed()) {
            throw reader.fail(EntryTable.compressed(section));
        }
        return reader.slice(section.offset(), section.size());
    }

    /** {@return the section with the {@link #symbols()}; empty when the file was stripped} */
    public Optional<ElfSection> symbolTable() {
        return symbolTable;
    }

    /**
     * {@return all symbols by index, the empty symbol 0 included; no symbols at all when the file was stripped}
     *
     * @throws MalformedElfException when the table is broken
     */
    public List<ElfSymbol> symbols() {
        List<ElfSymbol> result = symbols;
        if (result == null) {
            result = symbolTable.map(table -> SymbolTable.decode(reader, sections, table)).orElse(List.of());
            symbols = result;
        }
        return result;
    }

    /**
     * {@return the first symbol of a name}
     *
     * @param symbolName for instance that of a map
     * @throws MalformedElfException when the table is broken
     */
    public Optional<ElfSymbol> symbol(String symbolName) {
        return symbols().stream().filter(s -> s.name().equals(symbolName)).findFirst();
    }

    /**
     * {@return the relocations that change a section, from all sections that hold such, in the order of the file}
     *
     * <p>Their symbol indexes exist in the table that their section names; in an object that is {@link #symbols()}. Their
     * offsets lie in the target.
     *
     * @param target the section that they change, one of this file
     * @throws MalformedElfException when a table is broken
     * @throws IllegalArgumentException when the section is of another file
     */
    public List<ElfRelocation> relocations(ElfSection target) {
        checkMine(target);
        List<ElfSection> tables = relocationSections.get(target.index());
        return tables == null ? List.of() : relocations.computeIfAbsent(target.index(), index -> {
            var decoder = new RelocationTable(reader, header, sections);
            var all = new ArrayList<ElfRelocation>();
            tables.forEach(table -> decoder.decode(table, target, all));
            return List.copyOf(all);
        });
    }

    /** A pipe or device does not tell its size, and may have no end. */
    private static byte[] readPipe(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(LARGEST_READ + 1);
            if (bytes.length > LARGEST_READ) {
                throw new IOException(
                        "it is no regular file, and of others at most " + LARGEST_READ + " bytes are read");
            }
            return bytes;
        }
    }

    private void checkMine(ElfSection section) {
        if (section.index() < 0 || section.index() >= sections.size()
                || !sections.get(section.index()).equals(section)) {
            throw new IllegalArgumentException(section.label() + " is not of the file " + name);
        }
    }

    @Override
    public String toString() {
        return name + " (ELF64, " + order() + ", " + sections.size() + " sections)";
    }
}
