package io.ebpf4j.internal.spec;

import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfSection;
import java.util.List;

/** Which sections of an object file declare maps. */
public final class MapSections {
    static final String STANDARD = ".maps";
    private static final String PREFIX = ".maps.";

    private MapSections() {}

    static List<ElfSection> of(ElfFile elf) {
        // Merging leaves empty ones behind, so that no section's index moves.
        return elf.sections().stream().filter(s -> s.size() > 0)
                .filter(s -> declaresMaps(s.name())).toList();
    }

    /** {@return whether the variables of a section of this name are maps} */
    public static boolean declaresMaps(String section) {
        return section.equals(STANDARD) || isMarked(section);
    }

    /** {@return whether the section's name asks for an output: {@code .maps.print}} */
    static boolean isMarked(String section) {
        return section.startsWith(PREFIX);
    }

    /** {@return what a marked section's name asks for: {@code print}} */
    static String suffix(String section) {
        return section.substring(PREFIX.length());
    }
}
