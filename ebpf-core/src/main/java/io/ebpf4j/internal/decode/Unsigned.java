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

    /** {@return what some bits stand for, with or without a sign} */
    static Number number(long bits, boolean signed) {
        return signed ? Long.valueOf(bits) : number(bits);
    }

    /** {@return whether a number can be stored in so many bits with or without a sign} */
    static boolean fits(Number value, int bits, boolean signed) {
        BigInteger exact = value instanceof BigInteger big ? big : BigInteger.valueOf(value.longValue());
        return signed ? exact.bitLength() < bits : exact.signum() >= 0 && exact.bitLength() <= bits;
    }

    /**
     * Checks that a number can be stored in so many bits, with or without a sign.
     *
     * @throws IllegalArgumentException when it cannot
     */
    static void checkFits(Number value, int bits, boolean signed) {
        if (!fits(value, bits, signed)) {
            throw new IllegalArgumentException(
                    value + " does not fit " + (signed ? "a signed" : "an unsigned") + " field of " + bits + " bits");
        }
    }
}
