package io.ebpf4j.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What each parser goes through in a build; {@code ./fuzz} attacks it for longer. */
public abstract class FuzzContract {
    private static final int CORRUPTIONS = Integer.getInteger("ebpf4j.fuzz.corruptions", 20_000);
    private static final int SECONDS = Integer.getInteger("ebpf4j.fuzz.seconds", 10);

    private final long seed = Long.getLong("ebpf4j.seed", System.nanoTime() & 0x7fff_ffff);
    private final FuzzTarget target;

    /** The tests of a target. */
    protected FuzzContract(FuzzTarget target) {
        this.target = target;
    }

    /** {@return whole inputs that compilers made, by name} */
    protected abstract Map<String, byte[]> fixtures();

    /** {@return what reads a fixture} */
    protected FuzzTarget targetOf(String fixture) {
        return target;
    }

    @Test
    void savedInputs_ofEarlierFindings_areHarmless() {
        saved().forEach((name, input) -> target.check(input, name));
        target.seeds().forEach(input -> assertThat(target.check(input, "a seed")).isTrue());
    }

    @Test
    void inputs_guidedByWhatTheyReach_areHarmless() {
        String missing = Jazzer.missing().orElse("");
        if (!missing.isEmpty()) {
            System.out.println(label() + ": not guided, only inputs saved before, for " + missing);
        }
        assumeTrue(missing.isEmpty(), missing);
        var outcome = Jazzer.run(target, Path.of("target", "fuzz", target.name()).toAbsolutePath(),
                Path.of("target", "fuzz", target.name(), "findings").toAbsolutePath(),
                new Jazzer.Limits(0, SECONDS, seed), progress -> {});
        System.out.println(label() + ": seed " + seed + ", " + outcome.progress());
        assertThat(outcome.status()).as("%s, %s", outcome.saved(), outcome.output()).isZero();
        assertThat(outcome.progress().coverage()).isGreaterThan(100);
    }

    @Test
    void prefix_ofAnyLength_isRefused() {
        Map<String, byte[]> fixtures = fixtures();
        var whole = new ArrayList<String>();
        fixtures.forEach((name, bytes) -> {
            var reader = targetOf(name);
            if (reader.check(bytes, name)) {
                whole.add(name);
            }
            IntStream.range(0, bytes.length).parallel().forEach(length -> {
                if (reader.check(Arrays.copyOf(bytes, length), "a prefix of " + name)) {
                    throw new AssertionError("%d of the %d bytes of %s are accepted".formatted(length, bytes.length,
                            name));
                }
            });
        });
        assertThat(whole).as("what refuses all is harmless, too").hasSizeGreaterThan(fixtures.size() * 3 / 4);
    }

    @Test
    void byte_anyChangedToAnything_isHarmless() {
        System.out.println(label() + ": seed " + seed + " (-Debpf4j.seed), " + CORRUPTIONS + " a fixture");
        fixtures().forEach((name, bytes) -> {
            var reader = targetOf(name);
            long accepted = IntStream.range(0, CORRUPTIONS).parallel().filter(round -> {
                var random = new Random(seed + round);
                byte[] changed = bytes.clone();
                changed[random.nextInt(bytes.length)] = (byte) random.nextInt();
                return reader.checkOneOfMany(changed, name + ", seed " + seed, round);
            }).count();
            if (reader.check(bytes, name)) {
                assertThat(accepted).as("%s with seed %d: most are neither all structure nor none", name, seed)
                        .isBetween(CORRUPTIONS / 100L, CORRUPTIONS - 1L);
            }
        });
    }

    /** {@return the seed of all that is random here, which is printed} */
    protected final long seed() {
        return seed;
    }

    private Map<String, byte[]> saved() {
        var resource = getClass().getResource("/fuzz/" + target.name());
        return resource == null ? Map.of() : ObjectFiles.in(resource);
    }

    private String label() {
        return getClass().getSimpleName();
    }
}
