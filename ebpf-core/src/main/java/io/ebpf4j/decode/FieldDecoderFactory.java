package io.ebpf4j.decode;

import java.util.Set;

/** Makes decoders for typedefs or structs it knows by name. Found with {@link java.util.ServiceLoader}. */
public interface FieldDecoderFactory {
    /** {@return the names of the typedefs and structs it decodes, such as {@code ipv4_addr}} */
    Set<String> names();

    /**
     * {@return the decoder of a field}
     *
     * @param type the field's type; its name is one of {@link #names}
     * @throws IllegalArgumentException when a type of that name but of this size cannot be decoded; the message says
     * what sizes can
     */
    FieldDecoder<?> create(FieldType type);
}
