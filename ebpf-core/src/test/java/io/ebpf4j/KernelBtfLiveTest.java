package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.btf.BtfLayout;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.testing.ChildJvm;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The running kernel's own types. */
@Live
class KernelBtfLiveTest {
    @BeforeAll
    static void openOnce() {
        KernelBtf.open().close(); // from the second time on it is mapped
    }

    @Test
    void open_asTheFirstActOfAJvm_copiesAndNeedsNoNativeCall() {
        var result = ChildJvm.run(List.of(), List.of("--illegal-native-access=deny"), FirstAct.class);
        assertThat(result.output()).isEqualTo("found task_struct, mapped: false\n");
    }

    /** The main class of a JVM that does nothing else. */
    static final class FirstAct {
        private FirstAct() {}

        public static void main(String[] args) throws IOException {
            try (var kernel = KernelBtf.open()) {
                var task = kernel.vmlinux().find(BtfType.Struct.class, "task_struct").orElseThrow();
                System.out.println("found " + task.name() + ", mapped: " + maps());
            }
        }
    }

    @Test
    void open_onThisKernel_mapsItsTypesUntilClosed() throws IOException {
        var kernel = KernelBtf.open();
        try (kernel) {
            var btf = kernel.vmlinux();
            var task = btf.find(BtfType.Struct.class, "task_struct").orElseThrow();
            assertThat(BtfLayout.of(btf, task.id()).field("comm").orElseThrow().byteOffset()).isPositive();
            assertThat(maps()).as("a kernel from 6.16 on lets its types be mapped")
                    .isEqualTo(kernelMapsBtf());
            assertThat(kernel.skipped()).isEmpty();
            kernel.modules().forEach((name, types) -> assertThat(types.size()).as(name).isGreaterThan(btf.size()));
        }
        assertThat(maps()).isFalse();
        var closed = kernel;
        assertThatThrownBy(closed::vmlinux).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_whileTypesAreRead_endsThemIfTheyAreMapped_andLeavesACopyAlone() throws Exception {
        boolean mapped = kernelMapsBtf();
        for (int round = 0; round < 20; round++) {
            var kernel = KernelBtf.open();
            var btf = kernel.vmlinux();
            var stop = new AtomicBoolean();
            var reader = Thread.ofPlatform().unstarted(() -> {
                for (int id = 0; !stop.get(); id = (id + 1) % 1000) {
                    btf.type(id);
                }
            });
            var ended = new Throwable[1];
            reader.setUncaughtExceptionHandler((thread, failure) -> ended[0] = failure);
            reader.start();
            Thread.sleep(2);
            kernel.close();
            if (!mapped) {
                Thread.sleep(2); // so that it reads what is closed
                stop.set(true);
            }
            assertThat(reader.join(Duration.ofSeconds(60))).as("the reader ended").isTrue();
            if (mapped) {
                assertThat(ended[0]).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
            } else {
                assertThat(ended[0]).isNull();
            }
        }
    }

    private static boolean kernelMapsBtf() {
        var version = Pattern.compile("(\\d+)\\.(\\d+).*").matcher(System.getProperty("os.version"));
        assertThat(version.matches()).isTrue();
        int major = Integer.parseInt(version.group(1));
        return major > 6 || (major == 6 && Integer.parseInt(version.group(2)) >= 16);
    }

    private static boolean maps() throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains("/sys/kernel/btf/vmlinux");
    }
}
