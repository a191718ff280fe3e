package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.FieldDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** {@code ipv4_addr}, {@code struct in_addr}: four bytes in memory (network) order. */
final class Ipv4Decoder implements FieldDecoder<Inet4Address> {
    static final int SIZE = 4;

    @Override
    public Class<Inet4Address> type() {
        return Inet4Address.class;
    }

    @Override
    public Inet4Address decode(MemorySegment memory, long offset) {
        byte[] address = new byte[SIZE];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, address, 0, SIZE);
        try {
            return (Inet4Address) InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    @Override
    public String text(Inet4Address value) {
        return value.getHostAddress();
    }

    @Override
    public void encode(Inet4Address value, MemorySegment memory, long offset) {
        MemorySegment.copy(value.getAddress(), 0, memory, ValueLayout.JAVA_BYTE, offset, SIZE);
    }
}
