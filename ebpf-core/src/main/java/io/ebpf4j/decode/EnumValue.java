package io.ebpf4j.decode;

import java.util.Optional;

/**
 * A value of a C enum.
 *
 * @param name the constant's name; empty for a number that no constant has
 * @param number the number
 */
public record EnumValue(Optional<String> name, long number) {
    /** {@return the constant's name, or the number where there is none} */
    @Override
    public String toString() {
        return name.orElseGet(() -> Long.toString(number));
    }
}
