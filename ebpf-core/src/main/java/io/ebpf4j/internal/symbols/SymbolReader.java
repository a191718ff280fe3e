package io.ebpf4j.internal.symbols;

import io.ebpf4j.elf.ElfConstants;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.MalformedElfException;
import io.ebpf4j.internal.symbols.FileSymbol.Standing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads both tables of symbols, {@code .dynsym} and {@code .symtab}. The parser of objects knows the latter alone and
 * refuses a damaged one; here every symbol that can be read is better than none.
 */
final class SymbolReader {
    private static final int SHT_GNU_VERSYM = 0x6fffffff;
    private static final int VERSYM_HIDDEN = 0x8000;
    private static final int VERSYM_ENTRY_SIZE = 2;
    /** {@code Elf64_Sym} of {@code <elf.h>}. */
    private static final int ENTRY_SIZE = 24;
    private static final int INFO = 4;
    private static final int SECTION = 6;
    private static final int VALUE = 8;
    private static final int STT_GNU_IFUNC = 10;

    private final ElfFile elf;
    private final int longest;
    private final ValueLayout.OfShort u16;
    private final ValueLayout.OfInt u32;
    private final ValueLayout.OfLong u64;

    private SymbolReader(ElfFile elf, int longest) {
        this.elf = elf;
        this.longest = longest;
        this.u16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(elf.order());
        this.u32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(elf.order());
        this.u64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(elf.order());
    }

    /**
     * {@return the functions that a file defines, in its order}
     *
     * @param elf the file
     * @param longest up to how many bytes of a name; those that are longer are left out, so that names which share their
     *        bytes take memory in proportion to the file
     * @param wanted which names, without versions
     */
    static List<FileSymbol> functions(ElfFile elf, int longest, Predicate<String> wanted) {
        var reader = new SymbolReader(elf, longest);
        var found = new ArrayList<FileSymbol>();
        for (ElfSection table : elf.sections()) {
            if (table.isSymbolTable()) {
                try {
                    reader.read(table, wanted, found);
                } catch (MalformedElfException e) {
                    // the other table may be whole
                }
            }
        }
        return found;
    }

    private void read(ElfSection table, Predicate<String> wanted, List<FileSymbol> found) {
        MemorySegment symbols = elf.contents(table);
        MemorySegment texts = elf.contents(elf.section(table.link()));
        Optional<MemorySegment> versions = elf.sections().stream()
                .filter(section -> section.type() == SHT_GNU_VERSYM && section.link() == table.index()).findFirst()
                .map(elf::contents);
        for (long i = 0; i < symbols.byteSize() / ENTRY_SIZE; i++) {
            MemorySegment symbol = symbols.asSlice(i * ENTRY_SIZE, ENTRY_SIZE);
            int info = symbol.get(ValueLayout.JAVA_BYTE, INFO) & 0xff;
            int type = info & 0xf;
            int section = Short.toUnsignedInt(symbol.get(u16, SECTION));
            if (section == 0 || (type != ElfConstants.STT_FUNC && type != STT_GNU_IFUNC)) {
                continue;
            }
            Optional<String> text = name(texts, Integer.toUnsignedLong(symbol.get(u32, 0)));
            if (text.isEmpty()) {
                continue;
            }
            // .symtab has name@@VERSION for the default one and name@VERSION for the others; .dynsym tells it apart
            String[] parts = text.get().split("@", 2);
            boolean old = parts.length == 2 && !parts[1].startsWith("@");
            if (!parts[0].isEmpty() && wanted.test(parts[0])) {
                long number = i;
                old |= versions.filter(numbers -> isHidden(numbers, number)).isPresent();
                boolean exported = table.type() == ElfConstants.SHT_DYNSYM;
                found.add(new FileSymbol(parts[0], old ? Standing.OLD : standing(info >> 4, exported), exported,
                        type == STT_GNU_IFUNC, section,
                        symbol.get(u64, VALUE)));
            }
        }
    }

    private boolean isHidden(MemorySegment versions, long symbol) {
        return symbol < versions.byteSize() / VERSYM_ENTRY_SIZE
                && (versions.get(u16, symbol * VERSYM_ENTRY_SIZE) & VERSYM_HIDDEN) != 0;
    }

    private static Standing standing(int binding, boolean exported) {
        return switch (binding) {
            case ElfConstants.STB_LOCAL -> Standing.LOCAL;
            case ElfConstants.STB_WEAK -> Standing.WEAK;
            default -> exported ? Standing.EXPORTED : Standing.GLOBAL;
        };
    }

    private Optional<String> name(MemorySegment texts, long from) {
        for (long end = from; end < texts.byteSize() && end - from <= longest; end++) {
            if (texts.get(ValueLayout.JAVA_BYTE, end) == 0) {
                return Optional.of(new String(texts.asSlice(from, end - from).toArray(ValueLayout.JAVA_BYTE),
                        StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }
}
