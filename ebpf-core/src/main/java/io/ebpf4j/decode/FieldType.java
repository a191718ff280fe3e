package io.ebpf4j.decode;

import java.nio.ByteOrder;

/**
 * What a factory is told of a field's C type.
 *
 * @param name the typedef or struct name that the factory claims
 * @param spelling the type as C spells it, for messages: {@code ipv4_addr} or {@code unsigned char[16]}
 * @param size bytes
 * @param order the byte order of the machine that the program runs on
 */
public record FieldType(String name, String spelling, long size, ByteOrder order) {}
