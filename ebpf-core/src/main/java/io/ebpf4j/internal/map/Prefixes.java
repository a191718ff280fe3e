package io.ebpf4j.internal.map;

import io.ebpf4j.BindingException;
import io.ebpf4j.IpPrefix;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Field;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.decode.Shape.Struct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Keys of LPM tries: a {@code __u32} number of bits, and then the bits, the first one first. */
public final class Prefixes {
    private Prefixes() {}

    /**
     * Checks that keys begin with their length.
     *
     * @throws BindingException when they do not
     */
    public static void require(Shape key, String where) {
        length(key, where);
    }

    /**
     * {@return a codec of addresses}
     *
     * @param key the C type
     * @param where how messages call the map
     * @throws BindingException when it does not hold an address
     */
    public static Codec<IpPrefix> codec(Shape key, String where) {
        NumberDecoder length = length(key, where);
        int size = Math.toIntExact(key.size() - Integer.BYTES);
        if (size != 4 && size != 16) {
            throw new BindingException(where + ": its key " + key.spelling() + " has " + size
                    + " bytes behind prefixlen, and an address has 4 or 16; use a record of its fields");
        }
        return new Codec<>((memory, offset) -> read(length, size, memory, offset), (prefix, memory, offset) -> {
            byte[] address = prefix.address().getAddress();
            if (address.length != size) {
                throw new IllegalArgumentException("the keys are IPv" + (size == 4 ? 4 : 6) + " addresses");
            }
            length.encodeLong(prefix.length(), memory, offset);
            MemorySegment.copy(address, 0, memory, ValueLayout.JAVA_BYTE, offset + Integer.BYTES, size);
        });
    }

    private static IpPrefix read(NumberDecoder length, int size, MemorySegment memory, long offset) {
        byte[] address = new byte[size];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset + Integer.BYTES, address, 0, size);
        try {
            return new IpPrefix(InetAddress.getByAddress(address),
                    (int) Math.min(size * (long) Byte.SIZE, length.decodeLong(memory, offset)));
        } catch (UnknownHostException e) {
            throw new AssertionError("four or sixteen bytes are an address", e);
        }
    }

    private static NumberDecoder length(Shape key, String where) {
        if (key instanceof Struct struct && !struct.fields().isEmpty()
                && struct.fields()
                        .getFirst() instanceof Field(_, long offset, Scalar(_, long size, NumberDecoder number))
                && offset == 0 && size == Integer.BYTES && number.bits() == Integer.SIZE) {
            return number;
        }
        throw new BindingException(where + ": its key " + key.spelling()
                + " does not begin with the number of bits that count; it should be a struct with __u32 prefixlen first");
    }
}
