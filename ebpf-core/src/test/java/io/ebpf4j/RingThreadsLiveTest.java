package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.ChildJvm;
import io.ebpf4j.testing.Live;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one thread reads while others write, ask and close, under each of the JVM's ways to run code and to collect. */
@Live
@Tag("stress")
class RingThreadsLiveTest {
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:-UseSerialGC -XX:+UseZGC -XX:TieredStopAtLevel=4",
            "-XX:-UseSerialGC -XX:+UseG1GC -XX:TieredStopAtLevel=4",
            "-XX:+UseSerialGC -Xcomp"})
    void threeThreads_readWriteAndClose_loseNothing(String options) {
        var child = ChildJvm.run(List.of(), List.of(options.split(" ")), RingThreads.class, "12", "20");
        assertThat(child.output()).containsPattern("rounds 12 read \\d{4,}");
        assertThat(child.status()).isZero();
    }
}
