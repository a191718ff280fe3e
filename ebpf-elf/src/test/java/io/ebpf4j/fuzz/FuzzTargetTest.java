package io.ebpf4j.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a parser which breaks the property is found out. */
class FuzzTargetTest {
    /** Breaks in the way its first byte says; what a byte of 0 leads to is fine. */
    public static class Broken extends FuzzTarget {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public List<byte[]> seeds() {
            return List.of(new byte[8]);
        }

        @Override
        public int longest() {
            return 8;
        }

        @Override
        protected List<Class<? extends RuntimeException>> refusals() {
            return List.of(IllegalArgumentException.class);
        }

        @Override
        protected boolean walk(byte[] input, Questions questions) {
            return questions.does(() -> parse(input));
        }

        private static void parse(byte[] input) {
            switch (input[0]) {
                case 1 -> throw new IllegalArgumentException("refused");
                case 2 -> throw new IllegalArgumentException("two\nlines");
                case 3 -> throw new IndexOutOfBoundsException("index");
                case 4 -> recurse(0);
                case 5 -> {
                    byte[] large = new byte[8 << 20];
                    large[0] = 1;
                }
                case 6 -> spin();
                case 7 -> throw new NumberFormatException("a subclass of what is allowed is not");
                default -> {
                }
            }
        }

        private static long recurse(long depth) {
            return depth < 0 ? depth : recurse(depth + 1) + depth;
        }

        /** By the time of the processor, of which others may take the most. */
        private static void spin() {
            var threads = ManagementFactory.getThreadMXBean();
            long end = threads.getCurrentThreadCpuTime() + 3 * FuzzTarget.LONGEST.toNanos() / 2;
            while (threads.getCurrentThreadCpuTime() < end) {
                Thread.onSpinWait();
            }
        }
    }

    /** Has a fault that no blind change finds soon. */
    public static final class Hidden extends Broken {
        @Override
        protected boolean walk(byte[] input, Questions questions) {
            if (input.length > 5 && input[0] == 'e' && input[1] == 'b' && input[2] == 'p' && input[3] == 'f') {
                throw new ArrayIndexOutOfBoundsException(4);
            }
            return true;
        }
    }

    private static boolean check(int first) {
        return new Broken().check(new byte[]{(byte) first});
    }

    @Test
    void answerAndRefusal_areHarmless() {
        assertThat(check(0)).isTrue();
        assertThat(check(1)).isFalse();
    }

    @Test
    void anythingElse_isAFinding() {
        assertThatThrownBy(() -> check(2)).hasMessageContaining("several lines");
        assertThatThrownBy(() -> check(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> check(4)).hasRootCauseInstanceOf(StackOverflowError.class);
        assertThatThrownBy(() -> check(5)).hasMessageContaining("an answer took 8388");
        assertThatThrownBy(() -> check(6)).hasMessageMatching("an input of 1 bytes took [23]\\d{3} ms");
        assertThatThrownBy(() -> check(7)).isInstanceOf(NumberFormatException.class);
        assertThatThrownBy(() -> new Broken().check(new byte[]{3, 0x7f}, "byte 7 of x.o"))
                .isInstanceOf(AssertionError.class).hasMessageContaining("byte 7 of x.o, 2 bytes:")
                .hasMessageEndingWith("037f");
    }

    @Test
    void hiddenFault_isFoundByGuidance(@TempDir Path folder) {
        String missing = Jazzer.missing().orElse("");
        assumeTrue(missing.isEmpty(), missing);
        var outcome = Jazzer.run(new Hidden(), folder, folder.resolve("found"), new Jazzer.Limits(5_000_000, 0, 1),
                progress -> {});
        assertThat(outcome.status()).as(outcome.output()).isNotZero();
        assertThat(outcome.saved()).get().satisfies(file -> assertThat(file).content().startsWith("ebpf"));
    }
}
