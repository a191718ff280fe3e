package io.ebpf4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.ChildJvm;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lists of everything, where that is allowed and where not. */
@Live
class KernelObjectsLiveTest {
    private static final int ROUNDS = 100;

    @Test
    void lists_aHundredTimes_leaveNothingOpen_evenWhenNotReadToTheEnd() throws IOException {
        readAll();
        long descriptors = descriptors();
        for (int round = 0; round < ROUNDS; round++) {
            readAll();
            var _ = KernelObjects.functions().findFirst();
            RunStatistics.enable().close();
        }
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
    }

    @Test
    void withoutRights_listsAndStatisticsSayWhichTheyNeed() {
        var result = ChildJvm.run(List.of("setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps=-all",
                "--bounding-set=-all"), List.of("--enable-native-access=ALL-UNNAMED"), ListMain.class);
        assertThat(result.output().lines()).containsExactly(
                "PrivilegeException: the functions of the kernel cannot be listed (EPERM (1, Operation not permitted)):"
                        + " that needs CAP_SYS_ADMIN; run as root or grant it",
                "PrivilegeException: map 1 of the kernel cannot be looked at (EPERM (1, Operation not permitted)):"
                        + " that needs CAP_SYS_ADMIN; run as root or grant it",
                "PrivilegeException: the kernel cannot count runs of eBPF functions for this process (EPERM (1, Operation"
                        + " not permitted)): that needs CAP_SYS_ADMIN; run as root, or let root run: sysctl"
                        + " kernel.bpf_stats_enabled=1");
    }

    @Test
    void withoutLibbpf_eachSaysWhatToInstall() {
        var result = ChildJvm.run(List.of(), List.of("-Debpf4j.libbpf=/no/such/libbpf.so",
                "--enable-native-access=ALL-UNNAMED"), ListMain.class);
        assertThat(result.output().lines()).hasSize(3).allSatisfy(
                line -> assertThat(line).startsWith("LibbpfException: ").contains("/no/such/libbpf.so"));
    }

    private static void readAll() {
        assertThat(KernelObjects.functions().count()).isNotNegative();
        assertThat(KernelObjects.maps().count()).isNotNegative();
        assertThat(KernelObjects.links().count()).isNotNegative();
    }

    private static long descriptors() throws IOException {
        try (var links = Files.list(Path.of("/proc/self/fd"))) {
            return links.count();
        }
    }
}
