package io.ebpf4j;

import io.ebpf4j.btf.BtfType;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One map as the object file declares it.
 *
 * @param name the C variable's name; of an inner map, that of the outer one and {@code .inner}
 * @param type the kind of map
 * @param typeId the kernel's number of the kind, also where {@code type} is {@link MapType#UNKNOWN}
 * @param keySize bytes of a key; 0 where the kind has none
 * @param valueSize bytes of a value; 0 where the kind has none, as for rings, and 4 for perf buffers, whatever type their
 *        records have
 * @param maxEntries rows, or bytes of a ring; 0 leaves it to the loader
 * @param flags {@code BPF_F_*} bits
 * @param key the type named by {@code __type(key, ..)}
 * @param value the type named by {@code __type(value, ..)}; for a ring or a perf buffer, the type of its records. An integer of
 *        4 bytes is none for a perf buffer: it is what the kernel itself has there, a descriptor a CPU
 * @param output what the convention asks of the map
 * @param section the section it was declared in, {@code .maps} or {@code .maps.<output>}
 * @param numaNode the NUMA node for its memory; counts only with {@code BPF_F_NUMA_NODE} among the flags
 * @param mapExtra a number that few kinds have a use for: the hash functions of a bloom filter, the address of an arena;
 *        kernel 5.16
 * @param pinning whether it is kept in the BPF file system
 * @param inner what a map of maps holds, from {@code __array(values, struct ..)}
 * @param contents which map or function is put where, by index, in a map of maps or functions: what {@code .values} is
 *        initialised with
 * @param declTags the texts of {@code btf_decl_tag} on the variable, marks of this library's convention included
 */
public record MapSpec(String name, MapType type, int typeId, int keySize, int valueSize, long maxEntries, int flags,
        Optional<BtfType> key, Optional<BtfType> value, Optional<Output> output, String section, int numaNode,
        long mapExtra, Pinning pinning, Optional<MapSpec> inner, SortedMap<Integer, String> contents,
        List<String> declTags) {

    /** Whether a map outlives the program: {@code enum libbpf_pin_type} of {@code bpf/bpf_helpers.h}. */
    public enum Pinning {
        /** {@code LIBBPF_PIN_NONE}: it goes with the last that uses it. */
        NONE,
        /** {@code LIBBPF_PIN_BY_NAME}: it stays as {@code /sys/fs/bpf/<name>}, and is taken from there if it is there. */
        BY_NAME
    }

    /** Checks that nothing is null, and copies what is changeable. */
    public MapSpec {
        Objects.requireNonNull(name);
        Objects.requireNonNull(type);
        Objects.requireNonNull(key);
        Objects.requireNonNull(value);
        Objects.requireNonNull(output);
        Objects.requireNonNull(section);
        Objects.requireNonNull(pinning);
        Objects.requireNonNull(inner);
        contents = contents.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(contents));
        declTags = List.copyOf(declTags);
    }

    /**
     * Makes a map that has no more than every map has: not pinned, nothing inside, no tags.
     *
     * @param name the C variable's name
     * @param type the kind of map
     * @param typeId the kernel's number of the kind
     * @param keySize bytes of a key
     * @param valueSize bytes of a value
     * @param maxEntries rows, or bytes of a ring
     * @param flags {@code BPF_F_*} bits
     * @param key the type of its keys
     * @param value the type of its values or records
     * @param output what the convention asks of the map
     * @param section the section it was declared in
     */
    public MapSpec(String name, MapType type, int typeId, int keySize, int valueSize, long maxEntries, int flags,
            Optional<BtfType> key, Optional<BtfType> value, Optional<Output> output, String section) {
        this(name, type, typeId, keySize, valueSize, maxEntries, flags, key, value, output, section, 0, 0,
                Pinning.NONE, Optional.empty(), Collections.emptySortedMap(), List.of());
    }

    /** {@return the name without the prefix that asked for the output: {@code events} for {@code counter_events}} */
    public String baseName() {
        return output.flatMap(Output::prefix).filter(name::startsWith).filter(p -> p.length() < name.length())
                .map(p -> name.substring(p.length())).orElse(name);
    }
}
