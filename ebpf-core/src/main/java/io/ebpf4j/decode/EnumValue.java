package io.ebpf4j.decode;

import java.util.Optional;

/**
 * A value of a C enum.
 *
 * @param name the constant's name; empty for a number that no constant has
 * @param number the number; of an unsigned 64-bit enum, one of 2^63 and more is negative here and right as text
 */
public record EnumValue(Optional<String> name, long number) {
    /** {@return the constant's name, or the number where there is none} */
    @Override
    public String toString() {
        return name.orElseGet(() -> Long.toString(number));
    }
}
