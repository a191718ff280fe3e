package io.ebpf4j.internal.symbols;

import io.ebpf4j.elf.ElfConstants;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.MalformedElfException;
import io.ebpf4j.internal.symbols.FileSymbol.Standing;
import io.ebpf4j.libbpf.Errno;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where in a file its functions begin, for probes of many at once. libbpf can tell this too, but at least up to 1.8 it
 * forgets what it has found in {@code .dynsym} where there is no {@code .symtab}, so that a stripped library has none.
 */
public final class FileOffsets {
    /** What follows a name's end in {@code .symtab}: {@code @@} and a version. */
    private static final int LONGEST_VERSION = 256;
    private static final int MOST_NAMES = 5;

    private final Path file;
    private final ElfFile elf;

    private FileOffsets(Path file, ElfFile elf) {
        this.file = file;
        this.elf = elf;
    }

    /**
     * {@return where the functions begin, or why that of one cannot be told}
     *
     * @param file a program or shared library, which may be stripped
     * @param functions their names, without versions; of several versions the default one is meant
     */
    public static Located find(Path file, List<String> functions) {
        if (!Files.isRegularFile(file)) {
            return new Located.Nowhere(Errno.ENOENT,
                    Files.exists(file) ? file + " is no file that code could be in" : "there is no file " + file);
        }
        try {
            return new FileOffsets(file, ElfFile.parse(file)).find(functions);
        } catch (MalformedElfException e) {
            return new Located.Nowhere(Errno.EINVAL, "no functions can be looked up in " + file + ", which is no 64-bit"
                    + " ELF file, or a damaged one; give offsets by Uprobe.at: " + e.getMessage());
        } catch (UncheckedIOException e) {
            return new Located.Nowhere(Errno.EACCES, file + " cannot be read: " + e.getMessage());
        }
    }

    private Located find(List<String> functions) {
        Map<String, List<FileSymbol>> named = new HashMap<>();
        functions.forEach(name -> named.put(name, new ArrayList<>()));
        int longest = functions.stream().mapToInt(name -> name.getBytes(StandardCharsets.UTF_8).length).max().orElse(0);
        SymbolReader.functions(elf, longest + LONGEST_VERSION, named::containsKey).stream()
                .filter(symbol -> !symbol.chosen()).forEach(symbol -> at(named, symbol.name()).add(symbol));
        List<String> missing = functions.stream().filter(name -> at(named, name).isEmpty()).distinct().toList();
        if (!missing.isEmpty()) {
            return new Located.Nowhere(Errno.ENOENT,
                    FileSymbols.missing(file, elf, missing.getFirst()) + others(missing.subList(1, missing.size())));
        }
        var offsets = new ArrayList<Long>(functions.size());
        for (String name : functions) {
            switch (locate(name, at(named, name))) {
                case Located.At at -> offsets.addAll(at.offsets());
                case Located.Nowhere nowhere -> {
                    return nowhere;
                }
            }
        }
        return new Located.At(List.copyOf(offsets));
    }

    private static List<FileSymbol> at(Map<String, List<FileSymbol>> named, String name) {
        return named.getOrDefault(name, List.of());
    }

    private static String others(List<String> missing) {
        return missing.isEmpty()
                ? ""
                : "; nor has it " + missing.subList(0, Math.min(missing.size(), MOST_NAMES))
                        + (missing.size() > MOST_NAMES ? " and " + (missing.size() - MOST_NAMES) + " more" : "");
    }

    /** One name, which both tables may have, and several source files for functions of their own. */
    private Located locate(String name, List<FileSymbol> symbols) {
        Standing first = symbols.stream().map(FileSymbol::standing).min(Comparator.naturalOrder()).orElseThrow();
        List<Located> places = symbols.stream().filter(symbol -> symbol.standing() == first).map(this::place).distinct()
                .limit(2).toList();
        return switch (places.getFirst()) {
            case Located.At one when places.getLast() instanceof Located.At other && !one.equals(other) ->
                new Located.Nowhere(Errno.EINVAL, file + " has several functions '" + name + "', as at " + hex(one)
                        + " and " + hex(other) + "; hook the one that is meant by Uprobe.at");
            case Located place -> place;
        };
    }

    private static String hex(Located.At place) {
        return "0x" + Long.toHexString(place.offsets().getFirst());
    }

    /** An offset that is no instruction's would break the code that runs over it. */
    private Located place(FileSymbol symbol) {
        String where = file + " says that '" + symbol.name() + "' lies at 0x" + Long.toHexString(symbol.address());
        if (symbol.section() >= elf.sections().size()) {
            return new Located.Nowhere(Errno.EINVAL,
                    where + " of section " + symbol.section() + ", but it has " + elf.sections().size()
                            + " sections; give an offset by Uprobe.at");
        }
        ElfSection section = elf.section(symbol.section());
        String named = " of section " + section.index() + ", ";
        if (section.type() != ElfConstants.SHT_PROGBITS || !section.isExecutable()) {
            return new Located.Nowhere(Errno.EINVAL, where + named + "which has no instructions in this file; name the"
                    + " file that runs, not one with what debuggers need");
        }
        // both are unsigned, and a value before the section's begin becomes a huge one
        long inside = symbol.address() - section.address();
        if (Long.compareUnsigned(inside, section.size()) >= 0) {
            return new Located.Nowhere(Errno.EINVAL,
                    where + named + "which has 0x" + Long.toHexString(section.size()) + " bytes from 0x"
                            + Long.toHexString(section.address()) + " on; the file is damaged, give an offset by"
                            + " Uprobe.at");
        }
        // the parser has checked that the whole section lies in the file
        return new Located.At(List.of(section.offset() + inside));
    }
}
