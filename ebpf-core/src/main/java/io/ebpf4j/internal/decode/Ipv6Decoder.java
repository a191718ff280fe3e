package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.FieldDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.UnknownHostException;

/** {@code ipv6_addr}, {@code struct in6_addr}: sixteen bytes in network order; as text, the one form of RFC 5952. */
final class Ipv6Decoder implements FieldDecoder<Inet6Address> {
    static final int SIZE = 16;
    private static final int GROUPS = 8;

    @Override
    public Class<Inet6Address> type() {
        return Inet6Address.class;
    }

    @Override
    public Inet6Address decode(MemorySegment memory, long offset) {
        byte[] address = new byte[SIZE];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, address, 0, SIZE);
        try {
            // Not InetAddress.getByAddress: it turns ::ffff:1.2.3.4 into an Inet4Address.
            return Inet6Address.getByAddress(null, address, -1);
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }

    @Override
    public String text(Inet6Address value) {
        return text(value.getAddress());
    }

    @Override
    public void encode(Inet6Address value, MemorySegment memory, long offset) {
        MemorySegment.copy(value.getAddress(), 0, memory, ValueLayout.JAVA_BYTE, offset, SIZE);
    }

    /** RFC 5952 section 4: no leading zeros, lower case, the first longest run of two or more zero groups as "::". */
    static String text(byte[] address) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = Byte.toUnsignedInt(address[2 * i]) << 8 | Byte.toUnsignedInt(address[2 * i + 1]);
        }
        if (isMapped(groups)) {
            return "::ffff:" + (groups[6] >> 8) + '.' + (groups[6] & 0xff) + '.' + (groups[7] >> 8) + '.'
                    + (groups[7] & 0xff);
        }
        int start = -1;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static boolean isMapped(int[] groups) {
        for (int i = 0; i < 5; i++) {
            if (groups[i] != 0) {
                return false;
            }
        }
        return groups[5] == 0xffff;
    }
}
