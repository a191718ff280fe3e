package io.ebpf4j.internal.kernel.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.internal.ring.PerfMemory;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.MappedMemory;
import io.ebpf4j.libbpf.PerfEvent;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.testing.Live;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Live
@Timeout(30)
class EpollWaiterLiveTest {
    /** The event of a process that has ended is as one of a CPU that is gone: ready for ever, and never to be read. */
    @Test
    void eventThatHangsUp_isWaitedOnNoMore() throws Exception {
        Process process = new ProcessBuilder("sleep", "30").start();
        var clock = new PerfEvent(Libbpf.PERF_TYPE_SOFTWARE(), Libbpf.PERF_COUNT_SW_TASK_CLOCK(), 1 << 30, false);
        int event = clock.open((int) process.pid(), -1);
        assertThat(event).as(Errno.describe(event)).isPositive();
        var events = new PerfMemory("events", MemorySegment.NULL, 0, 0, List.of(0), List.of(event), () -> {});
        try (Arena arena = Arena.ofConfined()) {
            assertThat(MappedMemory.map(event, 0, 2L * Libc.getpagesize(), Libc.PROT_READ(), arena))
                    .as("what has no memory hangs up from the beginning").isPresent();
            try (var waiter = EpollWaiter.on(List.of(events))) {
                assertThat(waiter.await(50)).as("what was written before is to be looked for").isTrue();
                assertThat(waiter.await(50)).as("it runs").isFalse();
                process.destroyForcibly().waitFor();
                int woken = 0;
                while (waiter.await(200)) {
                    assertThat(++woken).isLessThan(10);
                }
                assertThat(woken).as("once it is told").isPositive();
                waiter.wake();
                assertThat(waiter.await(10_000)).isTrue();
            }
        } finally {
            process.destroyForcibly();
            Descriptors.close(event);
        }
    }
}
