package io.ebpf4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Whatever the bytes, what comes out is a value or a {@link MalformedElfException}; see {@link ElfWalk}. */
class ElfFuzzTest {
    static final Iterable<String> FIXTURES = Fixtures.ALL;

    private static final long[] EDGES = {0, 1, 7, 0x7f, 0x80, 0xff, 0xff00, 0xfff1, 0xffff, 0x7fff_ffffL, 0x8000_0000L,
            0xffff_ffffL, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1, -8, -64};
    private static final int[] WIDTHS = {1, 2, 4, 8};

    private final long seed = Long.getLong("ebpf4j.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @ParameterizedTest
    @FieldSource("FIXTURES")
    void byte_anyChangedToAnything_isHarmless(String fixture) {
        byte[] original = Fixtures.bytes(fixture);
        int accepted = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = original.clone();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            accepted += walk(bytes, round) ? 1 : 0;
        }
        System.out.println("ElfFuzzTest " + fixture + ": seed " + seed + ", " + accepted + " of 20000 accepted");
        assertThat(accepted).as("most bytes are no structure; seed %d", seed).isBetween(10_000, 19_999);
    }

    /** Edges of numbers, at their places in the header and in the section table, several at once. */
    @Test
    void numbers_changedToEdges_areHarmless() {
        int accepted = 0;
        for (int round = 0; round < 20_000; round++) {
            ByteOrder order = random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
            byte[] bytes = ElfBytes.small(order);
            int table = bytes.length - 6 * 64;
            for (int change = random.nextInt(4); change >= 0; change--) {
                int width = WIDTHS[random.nextInt(WIDTHS.length)];
                int area = random.nextInt(4);
                int at = switch (area) {
                    case 0 -> random.nextInt(64);
                    case 1 -> random.nextInt(bytes.length);
                    default -> table + random.nextInt(6 * 64);
                };
                at = Math.min(at & -width, bytes.length - width);
                long value = random.nextInt(3) == 0
                        ? random.nextInt(bytes.length + 2)
                        : EDGES[random.nextInt(EDGES.length)];
                ElfBytes.put(bytes, at, width, value);
            }
            accepted += walk(bytes, round) ? 1 : 0;
        }
        System.out.println("ElfFuzzTest numbers: seed " + seed + ", " + accepted + " of 20000 accepted");
        assertThat(accepted).as("seed %d", seed).isBetween(1_000, 19_000);
    }

    private boolean walk(byte[] bytes, int round) {
        try {
            return ElfWalk.walk(bytes);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + " (-Debpf4j.seed), round " + round + ": " + e + "\n"
                    + HexFormat.of().formatHex(bytes), e);
        }
    }
}
