package io.ebpf4j.internal.symbols;

import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.MalformedElfException;
import io.ebpf4j.internal.spec.Suggestion;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The functions of a program or shared library that probes can be hooked to, by name. */
public final class FileSymbols {
    /** A name that is longer is nobody's to mistype, and one that has no end is no name. */
    private static final int LONGEST = 256;

    private final String file;
    private final Set<String> functions = new TreeSet<>();
    /** Of several bodies of one name, by the CPU for instance. */
    private final Set<String> chosen = new TreeSet<>();
    private final boolean exports;

    private FileSymbols(String file, List<FileSymbol> symbols) {
        this.file = file;
        symbols.forEach(symbol -> (symbol.chosen() ? chosen : functions).add(symbol.name()));
        this.exports = symbols.stream().anyMatch(FileSymbol::exported);
    }

    /** {@return what to say where a file has no such function, beginning with the file} */
    public static String missing(String file, String symbol) {
        return read(file).missing(symbol);
    }

    /** {@return the functions that a file has, as far as that can be told: it may be no ELF file, damaged, or not to be read} */
    static Set<String> of(String file) {
        return read(file).functions;
    }

    private static FileSymbols read(String file) {
        try {
            Path path = Path.of(file);
            if (Files.isRegularFile(path)) { // a pipe could let wait for ever
                return new FileSymbols(file, symbols(ElfFile.parse(path)));
            }
        } catch (MalformedElfException | UncheckedIOException | InvalidPathException e) {
            // then nothing is known of it
        }
        return new FileSymbols(file, List.of());
    }

    /** {@return what to say of a function that a file which can be read has not} */
    static String missing(Path file, ElfFile elf, String symbol) {
        return new FileSymbols(file.toString(), symbols(elf)).missing(symbol);
    }

    private static List<FileSymbol> symbols(ElfFile elf) {
        return SymbolReader.functions(elf, LONGEST, _ -> true);
    }

    private String missing(String symbol) {
        if (chosen.contains(symbol)) {
            return file + " has several '" + symbol + "' and chooses one when a process starts, so that the name is"
                    + " none's; hook one of them by its own name, or give an offset";
        }
        return file + " has no function '" + symbol + "'" + Suggestion.of(symbol, functions)
                + (functions.isEmpty()
                        ? "; it has no table of symbols that can be read, so give an offset in place of the name"
                        : "; `nm " + (exports ? "-D " : "") + file + "` shows those that it has");
    }
}
