package io.ebpf4j.internal.global;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.elf.ElfSection;
import io.ebpf4j.elf.MalformedElfException;
import io.ebpf4j.internal.bind.DynamicWriter;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

/** What sections of global variables begin with. */
public final class Images {
    /** Memory for a section is what the file claims, not what it has: {@code .bss} takes no room in it. */
    private static final long LARGEST = 1L << 30;

    private final ProgramSpec spec;
    private final Map<String, MemorySegment> changed = new LinkedHashMap<>();

    /**
     * Begins with what the file has.
     *
     * @param spec the program
     */
    public Images(ProgramSpec spec) {
        this.spec = spec;
    }

    /**
     * Gives a variable a value.
     *
     * @param path the variable, or a part of it
     * @param value its value
     * @throws IllegalArgumentException when there is no such variable, or the value does not fit
     * @throws io.ebpf4j.BindingException when no value of the Java type would
     */
    public void set(String path, Object value) {
        Place place = Place.of(spec, path);
        String section = place.variable().section();
        if (section.equals(Variables.KCONFIG)) {
            throw new IllegalArgumentException(place.where()
                    + ": is a value of the kernel's configuration; set it by LoadOptions.kconfig(\""
                    + place.variable().name() + "=..\")");
        }
        new DynamicWriter(spec.name(), path).write(place.shape(), value,
                changed.computeIfAbsent(section, name -> initial(spec, name)), place.offset());
    }

    /** {@return the sections that begin otherwise than the file says, by name} */
    public Map<String, MemorySegment> changed() {
        return changed;
    }

    /**
     * {@return a copy of what a section has in the file; zeros where it has nothing}
     *
     * @throws ObjectFileException when it would take too much memory
     */
    public static MemorySegment initial(ProgramSpec spec, String name) {
        if (name.equals(Variables.KCONFIG)) {
            return MemorySegment
                    .ofArray(new long[(int) Math.ceilDiv(Variables.end(spec.variables(), name), Long.BYTES)]);
        }
        ElfSection section = spec.elf().section(name).orElseThrow();
        if (section.size() < 0 || section.size() > LARGEST) {
            throw new ObjectFileException(spec.name() + ": section " + name + " has "
                    + Long.toUnsignedString(section.size()) + " bytes, more than the " + LARGEST
                    + " that global variables may have; use a map");
        }
        var image = MemorySegment.ofArray(new long[(int) Math.ceilDiv(section.size(), Long.BYTES)])
                .asSlice(0, section.size());
        try {
            MemorySegment contents = spec.elf().contents(section);
            image.asSlice(0, contents.byteSize()).copyFrom(contents);
        } catch (MalformedElfException e) {
            throw new ObjectFileException(String.valueOf(e.getMessage()), e);
        }
        return image;
    }
}
