package io.ebpf4j.internal.global;

import io.ebpf4j.VariableSpec;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.kernel.LoadedMap;
import io.ebpf4j.internal.kernel.LoadedObject;
import io.ebpf4j.internal.kernel.SectionMemory;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The memory of a program's variables and arrays, each mapped when it is first asked for. Thread-safe. */
public final class MappedSections {
    private final LoadedObject object;
    private final Map<String, SectionMemory> sections = new HashMap<>();

    /**
     * Maps nothing yet.
     *
     * @param object whose variables
     */
    public MappedSections(LoadedObject object) {
        this.object = object;
    }

    /** {@return the memory of a variable's section} */
    public synchronized MemorySegment of(VariableSpec variable) {
        return sections
                .computeIfAbsent(variable.section(), section -> object.section(section, variable.constant())).memory();
    }

    /** {@return the memory of an array; empty when that is not shared} */
    public synchronized Optional<MemorySegment> of(LoadedMap map) {
        String name = "map " + map.spec().name(); // no section has a blank in its name
        if (!sections.containsKey(name)) {
            map.memory().ifPresent(memory -> sections.put(name, memory));
        }
        return Optional.ofNullable(sections.get(name)).map(SectionMemory::memory);
    }

    /** Gives all back: who uses a variable from now on gets an {@link IllegalStateException}. */
    public synchronized void close() {
        Closing.all(sections.values().stream().map(section -> (Runnable) section::close).toList());
        sections.clear();
    }
}
