package io.ebpf4j;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/**
 * A network: the first bits of an address. As the key of an LPM_TRIE it stands for a struct that begins with its length,
 * as {@code struct bpf_lpm_trie_key} of {@code linux/bpf.h} does, and goes on with 4 or 16 bytes of address in network
 * order.
 *
 * @param address the network's; bits behind the prefix are made zero
 * @param length how many bits count, 0 to 32 or 128
 */
public record IpPrefix(InetAddress address, int length) {
    /** Checks the length, and clears the bits that do not count. */
    public IpPrefix {
        byte[] bytes = address.getAddress();
        if (length < 0 || length > bytes.length * Byte.SIZE) {
            throw new IllegalArgumentException("a prefix of " + address.getHostAddress() + " has 0 to "
                    + bytes.length * Byte.SIZE + " bits, not " + length);
        }
        for (int i = 0; i < bytes.length; i++) {
            int counting = Math.clamp(length - (long) i * Byte.SIZE, 0, Byte.SIZE);
            bytes[i] &= (byte) (0xff00 >> counting);
        }
        try {
            address = InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("as many bytes as an address had are one", e);
        }
    }

    /**
     * {@return the prefix that is a whole address}
     *
     * @param address all of whose bits count
     */
    public static IpPrefix of(InetAddress address) {
        return new IpPrefix(address, address.getAddress().length * Byte.SIZE);
    }

    /**
     * {@return a prefix}
     *
     * @param text as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; of an address alone all bits count
     * @throws IllegalArgumentException when it is none
     */
    public static IpPrefix parse(String text) {
        Objects.requireNonNull(text, "text");
        int slash = text.indexOf('/');
        try {
            InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            return slash < 0 ? of(address) : new IpPrefix(address, Integer.parseInt(text.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no prefix like 10.0.0.0/8: " + e.getMessage(), e);
        }
    }

    /**
     * {@return whether an address begins with it; never one of the other family}
     *
     * @param other the address
     */
    public boolean contains(InetAddress other) {
        return other.getAddress().length == address.getAddress().length
                && new IpPrefix(other, length).equals(this);
    }

    /** {@return address and length, as {@code 10.0.0.0/8}} */
    @Override
    public String toString() {
        return address.getHostAddress() + '/' + length;
    }
}
