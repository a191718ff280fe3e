package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PerfEventTest {

    @Test
    void rate_zero_isRefused() {
        assertThatThrownBy(() -> new PerfEvent(1, 0, 0, true)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rate 0 of perf event 1:0: no sample would ever be taken");
    }

    // The clock of a task alone needs no privilege, unless perf_event_paranoid is 3.
    @Test
    @RequiresLibbpf
    void open_taskClock_countsTheTimeOfThisThread() throws IOException {
        var clock = new PerfEvent(Libbpf.PERF_TYPE_SOFTWARE(), Libbpf.PERF_COUNT_SW_TASK_CLOCK(), 1_000_000_000, false);

        int fd = clock.open(0, -1);

        assertThat(fd).as(Errno.describe(fd)).isPositive();
        try (Arena arena = Arena.ofConfined()) {
            assertThat(Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd))).hasToString("anon_inode:[perf_event]");
            MemorySegment nanos = arena.allocate(ValueLayout.JAVA_LONG);
            assertThat(Descriptors.ioctl(fd, Libbpf.PERF_EVENT_IOC_DISABLE(), 0)).isZero();
            assertThat(Libc.read(fd, nanos, 8)).isEqualTo(8);
            long stopped = nanos.get(ValueLayout.JAVA_LONG, 0);
            assertThat(stopped).isPositive();
            assertThat(Libc.read(fd, nanos, 8)).isEqualTo(8);
            assertThat(nanos.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(stopped);
        } finally {
            Descriptors.close(fd);
        }
    }

    // A frequency over /proc/sys/kernel/perf_event_max_sample_rate is refused, a period of as many events is not: so the
    // kernel has seen the bit.
    @Test
    @RequiresLibbpf
    void open_frequencyOverTheLimit_isMinusEinval() {
        long rate = 1L << 40;
        var often = new PerfEvent(Libbpf.PERF_TYPE_SOFTWARE(), Libbpf.PERF_COUNT_SW_TASK_CLOCK(), rate, true);
        var seldom = new PerfEvent(Libbpf.PERF_TYPE_SOFTWARE(), Libbpf.PERF_COUNT_SW_TASK_CLOCK(), rate, false);

        assertThat(often.open(0, -1)).isEqualTo(-Errno.EINVAL);
        int fd = seldom.open(0, -1);
        assertThat(fd).as(Errno.describe(fd)).isPositive();
        Descriptors.close(fd);
    }

    @Test
    @RequiresLibbpf
    void open_noSuchType_isMinusEnoent() {
        assertThat(new PerfEvent(0x7fff_0000, 0, 1, false).open(0, -1)).isEqualTo(-Errno.ENOENT);
    }
}
