package io.ebpf4j.internal.diagnose;

import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.ElfSymbol;
import io.ebpf4j.elf.MalformedElfException;
import io.ebpf4j.internal.spec.Suggestion;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The functions of a program or shared library that probes can be hooked to, by name. */
final class FileSymbols {
    private static final Pattern MISSING = Pattern
            .compile("failed to find symbol '(?<symbol>[^']*)' in '(?<file>[^']*)'");
    private static final int SHT_DYNSYM = 11;
    /** {@code Elf64_Sym} of {@code <elf.h>}. */
    private static final int ENTRY_SIZE = 24;
    private static final int INFO = 4;
    private static final int SECTION = 6;
    private static final int STT_FUNC = 2;
    private static final int STT_GNU_IFUNC = 10;
    /** A name that is longer is nobody's to mistype, and one that has no end is no name. */
    private static final int LONGEST = 256;

    private final Set<String> functions = new TreeSet<>();
    /** Of several bodies of one name, by the CPU for instance. */
    private final Set<String> chosen = new TreeSet<>();
    private boolean exports;

    private FileSymbols() {}

    /** {@return what to say where libbpf has said that it found no such function in a file, beginning with the file} */
    static Optional<String> missing(String said) {
        Matcher missing = MISSING.matcher(said);
        if (!missing.find()) {
            return Optional.empty();
        }
        String symbol = missing.group("symbol");
        String file = missing.group("file");
        FileSymbols found = read(file);
        if (found.chosen.contains(symbol)) {
            return Optional.of(file + " has several '" + symbol + "' and chooses one when a process starts, so that the"
                    + " name is none's; hook one of them by its own name, or give an offset");
        }
        return Optional.of(file + " has no function '" + symbol + "'" + Suggestion.of(symbol, found.functions)
                + (found.functions.isEmpty()
                        ? "; it has no table of symbols that can be read, so give an offset in place of the name"
                        : "; `nm " + (found.exports ? "-D " : "") + file + "` shows those that it has"));
    }

    /** {@return the functions that a file has, as far as that can be told: it may be no ELF file, damaged, or not to be read} */
    static Set<String> of(String file) {
        return read(file).functions;
    }

    private static FileSymbols read(String file) {
        var found = new FileSymbols();
        try {
            ElfFile elf = ElfFile.parse(Path.of(file));
            elf.sections().stream().filter(section -> section.type() == SHT_DYNSYM)
                    .forEach(table -> found.addExported(elf, table));
            elf.symbols().stream().filter(symbol -> symbol.isFunction() && !symbol.isUndefined()).map(ElfSymbol::name)
                    .forEach(found.functions::add);
        } catch (MalformedElfException | UncheckedIOException | InvalidPathException | IndexOutOfBoundsException e) {
            // what was found before is better than nothing
        }
        found.functions.remove("");
        return found;
    }

    /** The parser knows {@code .symtab} alone, which is all that an object has; libraries that are stripped have this. */
    private void addExported(ElfFile elf, ElfSection table) {
        var u16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(elf.order());
        var u32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(elf.order());
        MemorySegment symbols = elf.contents(table);
        MemorySegment texts = elf.contents(elf.section(table.link()));
        for (long at = 0; at <= symbols.byteSize() - ENTRY_SIZE; at += ENTRY_SIZE) {
            int type = symbols.get(ValueLayout.JAVA_BYTE, at + INFO) & 0xf;
            if (symbols.get(u16, at + SECTION) != 0 && (type == STT_FUNC || type == STT_GNU_IFUNC)) {
                exports = true;
                name(texts, Integer.toUnsignedLong(symbols.get(u32, at)))
                        .ifPresent(type == STT_FUNC ? functions::add : chosen::add);
            }
        }
    }

    private static Optional<String> name(MemorySegment texts, long from) {
        for (long end = from; end < texts.byteSize() && end - from <= LONGEST; end++) {
            if (texts.get(ValueLayout.JAVA_BYTE, end) == 0) {
                return Optional.of(new String(texts.asSlice(from, end - from).toArray(ValueLayout.JAVA_BYTE),
                        StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }
}
