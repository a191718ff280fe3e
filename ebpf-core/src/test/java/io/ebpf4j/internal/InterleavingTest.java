package io.ebpf4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jcstress.Main;

/**
 * Runs the tests of jcstress for a short time. By hand, and for longer:
 * {@code java -cp <class path of the tests> org.openjdk.jcstress.Main -t io.ebpf4j}.
 */
class InterleavingTest {
    @Test
    @Tag("stress")
    void threads_inAllOrders_seeWhatTheyMay(@TempDir Path folder) {
        var child = ChildJvm.run(List.of("env", "-C", folder.toString()), List.of(), Main.class, "-t",
                "io.ebpf4j.internal",
                "-r", folder.toString(), "-f", "1", "-fsm", "1", "-iters", "1", "-time", "500", "-af", "NONE", "-sc",
                "false", "-jvmArgs", "-XX:-TieredCompilation"); // what C2 makes of it, which moves most
        assertThat(child.output()).contains("Failed tests: No matches", "All remaining tests: 7 matching");
        assertThat(child.status()).isZero();
    }
}
