package io.ebpf4j.internal.spec;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfExt;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.elf.ElfConstants;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.ElfRelocation;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.MalformedElfException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What has to be true of an object before libbpf gets it. libbpf is C that trusts its input in places, and a fault there
 * is the end of the JVM; the places are those of its sources from 1.0 to 1.5.
 */
public final class LoadChecks {
    /** It takes the last of several, this library the first: what was checked would not be what is loaded. */
    private static final Set<String> ONLY_ONCE = Set.of(".BTF", ".BTF.ext", ".maps", ".text", "license", "version",
            ".struct_ops", ".struct_ops.link", "?.struct_ops", "?.struct_ops.link");
    private static final List<String> STRUCT_OPS = List.of(".struct_ops", ".struct_ops.link", "?.struct_ops",
            "?.struct_ops.link");
    /** From here on 16 bits do not tell sections from special values of {@code st_shndx}, and it reads no more. */
    private static final int MOST_SECTIONS = 0xff00;
    private static final int POINTER_SIZE = 8;
    /**
     * It reads {@code 0:1:2} with {@code sscanf("%d")} and compares signed. Possessive, for else a long one takes more
     * stack than there is.
     */
    private static final Pattern ACCESS = Pattern.compile("\\d{1,9}+(?::\\d{1,9}+)*+");

    private LoadChecks() {}

    /**
     * Checks all of an object.
     *
     * @param elf the file
     * @param btf its types
     * @throws ObjectFileException naming what is damaged, when libbpf might not survive the file
     */
    public static void check(ElfFile elf, Btf btf) {
        try {
            sections(elf);
            MapSections.of(elf).forEach(section -> maps(elf, section));
            CodeChecks.check(elf);
            TypeChecks.check(btf);
            structOps(elf, btf);
            BtfExt.of(elf, btf).ifPresent(ext -> ext.relocations().forEach(relocation -> access(elf, relocation)));
        } catch (MalformedElfException | MalformedBtfException e) {
            throw new ObjectFileException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void sections(ElfFile elf) {
        if (elf.sections().size() >= MOST_SECTIONS) {
            throw new ObjectFileException(elf.name() + ": has " + elf.sections().size()
                    + " sections, libbpf knows no more than " + (MOST_SECTIONS - 1));
        }
        Set<String> names = new HashSet<>();
        for (ElfSection section : elf.sections()) {
            if (ONLY_ONCE.contains(section.name()) && !names.add(section.name())) {
                throw fail(elf, section, "is the second of that name");
            }
            if (section.type() == ElfConstants.SHT_REL
                    && elf.section(section.info()).type() == ElfConstants.SHT_NULL) {
                throw fail(elf, section, "has relocations for section " + section.info() + ", which is unused");
            }
        }
    }

    /** The distance of a relocation from its map becomes the length of an array. */
    private static void maps(ElfFile elf, ElfSection section) {
        if (section.type() != ElfConstants.SHT_PROGBITS) {
            throw fail(elf, section, "is of type " + Integer.toUnsignedString(section.type())
                    + ", not SHT_PROGBITS (1)");
        }
        for (ElfRelocation relocation : elf.relocations(section)) {
            if (relocation.offset() < 0 || relocation.offset() > section.size() - POINTER_SIZE) {
                throw fail(elf, section, "has " + section.size() + " bytes, but a relocation of 8 at offset "
                        + Long.toUnsignedString(relocation.offset()));
            }
        }
    }

    /** It adds offset and size in 32 bits before it copies the variable's bytes. */
    private static void structOps(ElfFile elf, Btf btf) {
        for (String name : STRUCT_OPS) {
            var found = btf.find(BtfType.DataSec.class, name);
            if (found.isEmpty()) {
                continue;
            }
            BtfType.DataSec declared = found.get();
            long room = elf.section(declared.name()).map(ElfSection::size).orElse(0L);
            for (BtfType.VarInfo place : declared.variables()) {
                long size = Math.max(place.size(), btf.sizeOf(place.type()));
                if (place.offset() > room - size) {
                    throw new ObjectFileException(elf.name() + ": section " + declared.name() + " has " + room
                            + " bytes, but its variable " + btf.spell(place.type()) + " has " + size + " at offset "
                            + place.offset() + "; the file is damaged");
                }
            }
        }
    }

    private static void access(ElfFile elf, BtfExt.CoreRelocation relocation) {
        if (!ACCESS.matcher(relocation.access()).matches()) {
            throw new ObjectFileException(elf.name() + ": section .BTF.ext: the CO-RE relocation at offset "
                    + relocation.offset() + " of section " + relocation.section() + " is for '" + relocation.access()
                    + "' of type " + relocation.type() + ", which should be numbers as in 0:1:2; the file is damaged");
        }
    }

    private static ObjectFileException fail(ElfFile elf, ElfSection section, String reason) {
        return new ObjectFileException(elf.name() + ": section " + section.index() + " (" + section.name() + ") "
                + reason + "; the file is damaged");
    }
}
