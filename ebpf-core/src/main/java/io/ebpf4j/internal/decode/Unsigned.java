package io.ebpf4j.internal.decode;

import java.math.BigInteger;

/** Sixty-four bits as the number they stand for. */
public final class Unsigned {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(Long.SIZE);

    private Unsigned() {}

    /** {@return a {@link Long} where it fits, else a {@link BigInteger}: never negative} */
    public static Number number(long bits) {
        return bits >= 0 ? Long.valueOf(bits) : big(bits);
    }

    /** {@return the bits as an unsigned number} */
    public static BigInteger big(long bits) {
        BigInteger signed = BigInteger.valueOf(bits);
        return bits >= 0 ? signed : signed.add(TWO_TO_64);
    }

    /** {@return whether a number can be stored in so many bits with or without a sign} */
    static boolean fits(Number value, int bits, boolean signed) {
        BigInteger exact = value instanceof BigInteger big ? big : BigInteger.valueOf(value.longValue());
        return signed ? exact.bitLength() < bits : exact.signum() >= 0 && exact.bitLength() <= bits;
    }
}
