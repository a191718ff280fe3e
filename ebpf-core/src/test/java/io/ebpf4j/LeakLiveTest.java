package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A thousand rounds of load, attach, read, export, fail and close leave nothing open and nothing mapped. */
@Live
@Tag("stress") // an emulated machine, as of native/kernels, is too slow for it
class LeakLiveTest {
    private static final int WARM_UP = 50;
    private static final int ROUNDS = 1_000;

    private final ProgramSpec spec = ProgramSpec.read(Fixtures.path("maps_counter"));
    private final ProgramSpec rejected = ProgramSpec.read(Fixtures.path("reject_null"));

    record Pair(String saddr, String daddr) {}

    @Test
    void loadCloseRounds_leaveNoFileDescriptorMappingOrThread() throws IOException {
        rounds(WARM_UP);
        long descriptors = descriptors();
        long mappings = mappings();
        int threads = Thread.activeCount();
        rounds(ROUNDS);
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
        assertThat(mappings()).isLessThanOrEqualTo(mappings);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads);
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            try (var program = BpfProgram.load(spec)) {
                if (i % 2 == 0) {
                    program.export(new Nowhere());
                } else {
                    program.ringBuffer("seen", Pair.class).drain(pair -> {});
                    program.hashMap("totals", Pair.class, Long.class).toMap();
                }
                if (i % 100 == 0) {
                    Events.rename();
                    failToLoad();
                    failToClose();
                }
            }
        }
    }

    private void failToLoad() {
        try {
            BpfProgram.load(rejected).close();
            throw new AssertionError("reject_null loads");
        } catch (VerifierException e) {
            assertThat(e.log()).isNotEmpty();
        }
    }

    private void failToClose() {
        var program = BpfProgram.load(spec);
        program.export(new Nowhere() {
            @Override
            public void close() {
                throw new AssertionError("no way");
            }
        });
        assertThatThrownBy(program::close).hasMessage("no way");
    }

    /** BPF objects and what belongs to them; the JVM's own files come and go. */
    private static long descriptors() throws IOException {
        try (var links = Files.list(Path.of("/proc/self/fd"))) {
            return links.count();
        }
    }

    private static long mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().filter(line -> line.contains("bpf")).count();
    }
}
