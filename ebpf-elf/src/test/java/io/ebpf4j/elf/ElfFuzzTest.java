package io.ebpf4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.fuzz.FuzzContract;
import io.ebpf4j.fuzz.ObjectFiles;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes, what comes out is a value or a {@link MalformedElfException}; see {@link ElfTarget}. */
class ElfFuzzTest extends FuzzContract {
    private static final long[] EDGES = {0, 1, 7, 0x7f, 0x80, 0xff, 0xff00, 0xfff1, 0xffff, 0x7fff_ffffL, 0x8000_0000L,
            0xffff_ffffL, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1, -8, -64};
    private static final int[] WIDTHS = {1, 2, 4, 8};

    private final ElfTarget target = new ElfTarget();

    ElfFuzzTest() {
        super(new ElfTarget());
    }

    /** Compilers write the section table last, so that no prefix can be whole. */
    @Override
    protected Map<String, byte[]> fixtures() {
        Map<String, byte[]> fixtures = ObjectFiles.all();
        Fixtures.ALL.forEach(name -> fixtures.put(name, Fixtures.bytes(name)));
        return fixtures;
    }

    /** In what the editor writes the old bytes are a prefix, whose tables are no longer reached. */
    @Test
    void prefix_ofAnEditedFile_isRefused() {
        ElfFile file = ElfFile.parse(ElfBytes.small(ByteOrder.BIG_ENDIAN), "x.o");
        byte[] edited = ElfEditor.of(file).replaceContents(1, new byte[40]).toBytes();
        for (int length = 0; length < edited.length; length++) {
            assertThat(target.check(Arrays.copyOf(edited, length))).as("prefix of %d bytes", length).isFalse();
        }
        assertThat(target.check(edited)).isTrue();
    }

    /** Edges of numbers, at their places in the header and in the section table, several at once. */
    @Test
    void numbers_changedToEdges_areHarmless() {
        var random = new Random(seed());
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
            accepted += target.check(bytes, "seed " + seed() + ", round " + round) ? 1 : 0;
        }
        assertThat(accepted).as("seed %d", seed()).isBetween(1_000, 19_000);
    }
}
