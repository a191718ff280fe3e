package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.elf.MalformedElfException;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Damaged bytes are read as something, or refused by one exception: nothing else is thrown, and nothing hangs. */
class BtfFuzzTest {
    @SuppressWarnings("unused") // by name
    private static final List<String> OBJECTS = Kinds.ALL;

    private static byte[] rawBytes(String object) {
        var elf = Kinds.elf(object);
        return elf.contents(elf.section(".BTF").orElseThrow()).toArray(ValueLayout.JAVA_BYTE);
    }

    private static boolean readRaw(byte[] bytes) {
        try {
            Walk.of(RawBtf.parse(bytes));
            return true;
        } catch (MalformedBtfException e) {
            return false;
        }
    }

    private static boolean readObject(byte[] bytes) {
        try {
            var elf = ElfFile.parse(bytes, "x.o");
            return Btf.of(elf).map(btf -> {
                Walk.of(btf);
                return BtfExt.of(elf, btf).isPresent();
            }).orElse(false);
        } catch (MalformedBtfException | MalformedElfException e) {
            return false;
        }
    }

    @Test
    void walk_ofAWholeObject_isAnswered() {
        var walk = Walk.of(Kinds.btf("clang19-el"));
        assertThat(walk.answers()).isGreaterThan(500);
        assertThat(walk.refusals()).as("sizes of functions and of void").isGreaterThan(10);
        assertThat(readRaw(rawBytes("clang19-eb"))).isTrue();
        assertThat(readObject(Kinds.read("clang19-eb.bpf.o"))).isTrue();
    }

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void parse_ofEveryShorterPrefix_isRefused(String object) {
        byte[] bytes = rawBytes(object);
        for (int length = 0; length < bytes.length; length++) {
            assertThat(readRaw(Arrays.copyOf(bytes, length))).as("the first %d bytes", length).isFalse();
        }
    }

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void parse_ofDamagedBytes_isAnAnswerOrARefusal(String object) {
        long seed = System.nanoTime();
        System.out.println("BtfFuzzTest " + object + ": seed " + seed);
        var random = new Random(seed);
        byte[] raw = rawBytes(object);
        byte[] whole = Kinds.read(object + ".bpf.o");
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        int read = 0;
        int rounds = 0;
        while (System.nanoTime() < end) {
            read += readRaw(damage(raw, random)) ? 1 : 0;
            read += readObject(damage(whole, random)) ? 1 : 0;
            rounds += 2;
        }
        System.out.println("BtfFuzzTest " + object + ": " + rounds + " rounds, " + read + " still readable");
        assertThat(read).isPositive().isLessThan(rounds);
    }

    /** One to four numbers of 1 to 4 bytes, random or one of those that overflow. */
    private static byte[] damage(byte[] bytes, Random random) {
        byte[] copy = bytes.clone();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(copy.length - 4);
            switch (random.nextInt(4)) {
                case 0 -> copy[at] = (byte) random.nextInt();
                case 1 -> copy[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> Arrays.fill(copy, at, at + 4, (byte) (random.nextBoolean() ? 0xff : 0));
                default -> System.arraycopy(bytes, random.nextInt(copy.length - 4), copy, at, 4);
            }
        }
        return copy;
    }
}
