package io.ebpf4j;

import io.ebpf4j.btf.BtfType;
import java.util.Objects;
import java.util.Optional;

/**
 * One map as the object file declares it.
 *
 * @param name the C variable's name
 * @param type the kind of map
 * @param typeId the kernel's number of the kind, also where {@code type} is {@link MapType#UNKNOWN}
 * @param keySize bytes of a key; 0 where the kind has none
 * @param valueSize bytes of a value; 0 where the kind has none, as for rings, whatever type their records have
 * @param maxEntries rows, or bytes of a ring; 0 leaves it to the loader
 * @param flags {@code BPF_F_*} bits
 * @param key the type named by {@code __type(key, ..)}
 * @param value the type named by {@code __type(value, ..)}; for a ring, the type of its records
 * @param output what the convention asks of the map
 * @param section the section it was declared in, {@code .maps} or {@code .maps.<output>}
 */
public record MapSpec(String name, MapType type, int typeId, int keySize, int valueSize, long maxEntries, int flags,
        Optional<BtfType> key, Optional<BtfType> value, Optional<Output> output, String section) {
    /** Checks that nothing is null. */
    public MapSpec {
        Objects.requireNonNull(name);
        Objects.requireNonNull(type);
        Objects.requireNonNull(key);
        Objects.requireNonNull(value);
        Objects.requireNonNull(output);
        Objects.requireNonNull(section);
    }

    /** {@return the name without the prefix that asked for the output: {@code events} for {@code counter_events}} */
    public String baseName() {
        return output.flatMap(Output::prefix).filter(name::startsWith).filter(p -> p.length() < name.length())
                .map(p -> name.substring(p.length())).orElse(name);
    }
}
