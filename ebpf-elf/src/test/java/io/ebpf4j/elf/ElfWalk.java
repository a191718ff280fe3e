package io.ebpf4j.elf;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Calls all there is to call on a file whose bytes may be anything. */
final class ElfWalk {
    private ElfWalk() {}

    /**
     * Whatever can be asked for is a value or a {@link MalformedElfException}; any other exception comes through.
     *
     * @return whether the file as a whole was accepted
     */
    static boolean walk(byte[] bytes) {
        ElfFile file;
        try {
            file = ElfFile.parse(bytes, "walk.o");
        } catch (MalformedElfException e) {
            checkMessage(e);
            return false;
        }
        quietly(file::symbols);
        quietly(() -> file.symbol("calls"));
        for (ElfSection section : file.sections()) {
            if (!file.section(section.name()).orElseThrow().name().equals(section.name())) {
                throw new AssertionError("found by its name, it has another: " + section);
            }
            quietly(() -> checkInside(file, section));
            quietly(() -> file.relocations(section).forEach(r -> checkSymbol(file, r)));
        }
        edit(file, bytes);
        return true;
    }

    private static void edit(ElfFile file, byte[] bytes) {
        if (file.header().programHeaderCount() != 0 || file.sections().isEmpty()
                || file.header().sectionNamesIndex() == 0) {
            return;
        }
        ElfEditor editor = ElfEditor.of(file);
        if (!java.util.Arrays.equals(editor.toBytes(), bytes)) {
            throw new AssertionError("nothing was edited, yet the bytes differ");
        }
        quietly(() -> {
            int last = file.sections().size() - 1;
            int added = editor.addSection("added", 1, 0, 1L << 50, new byte[]{1, 2, 3});
            List<ElfSymbol> symbols = file.symbols();
            if (symbols.size() > 1) {
                editor.setSymbol(symbols.size() - 1, added, 2);
                editor.addRelocations(added, List.of(new ElfRelocation(1, 1, symbols.size() - 1)));
            }
            if (last > 0 && last != file.header().sectionNamesIndex()) {
                editor.renameSection(last, "renamed");
            }
            ElfFile edited = ElfFile.parse(editor.toBytes(), "edited.o");
            if (edited.contents(edited.section(added)).byteSize() != 3) {
                throw new AssertionError("the added section is not as it was given");
            }
        });
    }

    private static void checkInside(ElfFile file, ElfSection section) {
        MemorySegment contents = file.contents(section);
        if (contents.byteSize() != 0 && contents.byteSize() != section.size()) {
            throw new AssertionError("contents of " + contents.byteSize() + " bytes, but " + section);
        }
    }

    private static void checkSymbol(ElfFile file, ElfRelocation relocation) {
        boolean one = file.sections().stream().noneMatch(s -> s.type() == ElfConstants.SHT_DYNSYM);
        if (one && relocation.symbolIndex() != 0) {
            file.symbols().get(relocation.symbolIndex());
        }
    }

    private static void quietly(Runnable call) {
        try {
            call.run();
        } catch (MalformedElfException e) {
            checkMessage(e);
        }
    }

    private static void checkMessage(MalformedElfException e) {
        String message = String.valueOf(e.getMessage());
        if (message.length() > 500 || message.chars().anyMatch(Character::isISOControl)) {
            throw new AssertionError("no one-line message: " + message, e);
        }
    }
}
