package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.FieldDecoderFactory;
import io.ebpf4j.decode.FieldType;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** IP addresses, told apart by their size as much as by their name. */
final class AddressDecoders implements FieldDecoderFactory {
    private static final Logger LOG = LoggerFactory.getLogger(AddressDecoders.class);

    private final AtomicBoolean warned = new AtomicBoolean();

    @Override
    public Set<String> names() {
        return Set.of("ipv4_addr", "in_addr", "ipv6_addr", "in6_addr");
    }

    @Override
    public FieldDecoder<?> create(FieldType type) {
        boolean six = type.name().equals("ipv6_addr") || type.name().equals("in6_addr");
        if (six && type.size() == Ipv6Decoder.SIZE) {
            return new Ipv6Decoder();
        }
        if (type.size() == Ipv4Decoder.SIZE) {
            if (six && !warned.getAndSet(true)) {
                LOG.warn("{} of 4 bytes, as the founding solo_types.h declares it, is read as"
                        + " an IPv4 address; the header that comes with this library has 16 bytes",
                        type.spelling());
            }
            return new Ipv4Decoder();
        }
        throw new IllegalArgumentException("an " + type.name() + " has " + (six ? Ipv6Decoder.SIZE : Ipv4Decoder.SIZE)
                + " bytes, this one has " + type.size());
    }
}
