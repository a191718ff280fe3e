package io.ebpf4j.elf;

import io.ebpf4j.fuzz.ObjectFiles;
import io.ebpf4j.fuzz.FuzzTarget;
import io.ebpf4j.fuzz.Questions;
import java.util.Arrays;
import java.util.List;

/** All that can be asked of an ELF file and of its editor. */
public final class ElfTarget extends FuzzTarget {
    @Override
    public String name() {
        return "elf";
    }

    @Override
    public List<byte[]> seeds() {
        return ObjectFiles.of("clang19-el/no_btf", "clang19-eb/no_btf", "clang14-el/no_maps", "clang19-el/no_license");
    }

    @Override
    public int longest() {
        return 4096;
    }

    @Override
    protected List<Class<? extends RuntimeException>> refusals() {
        return List.of(MalformedElfException.class);
    }

    @Override
    protected boolean walk(byte[] input, Questions questions) {
        var file = questions.ask(() -> ElfFile.parse(input, "x.o"));
        file.ifPresent(elf -> {
            questions.does(elf::symbols);
            questions.does(() -> elf.symbol("calls"));
            for (ElfSection section : elf.sections()) {
                if (!elf.section(section.name()).orElseThrow().name().equals(section.name())) {
                    throw new AssertionError("found by its name, it has another: " + section);
                }
                questions.ask(() -> elf.contents(section)).ifPresent(contents -> {
                    if (contents.byteSize() != 0 && contents.byteSize() != section.size()) {
                        throw new AssertionError("contents of " + contents.byteSize() + " bytes, but " + section);
                    }
                });
                questions.ask(() -> elf.relocations(section)).ifPresent(relocations -> checkSymbols(elf, relocations));
            }
            if (questions.isDue(0)) {
                edit(elf, input, questions);
            }
        });
        return file.isPresent();
    }

    /** In an object, the indexes that relocations have were promised to be those of symbols. */
    private static void checkSymbols(ElfFile file, List<ElfRelocation> relocations) {
        if (relocations.isEmpty() || file.sections().stream().anyMatch(s -> s.type() == ElfConstants.SHT_DYNSYM)) {
            return;
        }
        long count = file.symbolTable().map(table -> table.size() / SymbolTable.ENTRY_SIZE).orElse(0L);
        for (ElfRelocation relocation : relocations) {
            if (relocation.symbolIndex() != 0
                    && Integer.toUnsignedLong(relocation.symbolIndex()) >= count) {
                throw new AssertionError(relocation + ", but there are " + count + " symbols");
            }
        }
    }

    private static void edit(ElfFile file, byte[] bytes, Questions questions) {
        if (file.header().programHeaderCount() != 0 || file.sections().isEmpty()
                || file.header().sectionNamesIndex() == 0) {
            return;
        }
        if (!Arrays.equals(ElfEditor.of(file).toBytes(), bytes)) {
            throw new AssertionError("nothing was edited, yet the bytes differ");
        }
        questions.does(() -> {
            ElfEditor editor = ElfEditor.of(file);
            int last = file.sections().size() - 1;
            int added = editor.addSection("added", 1, 0, 1L << 50, new byte[]{1, 2, 3});
            List<ElfSymbol> symbols = file.symbols();
            if (symbols.size() > 1) {
                editor.setSymbol(symbols.size() - 1, added, 2);
                editor.addRelocations(added, List.of(new ElfRelocation(1, 1, symbols.size() - 1)));
            }
            if (last > 0 && last != file.header().sectionNamesIndex()) {
                editor.renameSection(last, "renamed");
                editor.emptySection(last);
            }
            ElfFile edited = ElfFile.parse(editor.toBytes(), "edited.o");
            if (edited.contents(edited.section(added)).byteSize() != 3) {
                throw new AssertionError("the added section is not as it was given");
            }
        });
    }
}
