package io.ebpf4j.internal.kernel.live.info;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.ProgramType;
import io.ebpf4j.TestRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What functions of a type cannot be run with, told without a kernel. */
class RunShapeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            XDP            | 13      | 0     | 1 | has 13 bytes of data; give more with withData
            SCHED_CLS      | 0       | 0     | 1 | needs a packet that begins with an Ethernet header of 14 bytes
            XDP            | 2097153 | 0     | 1 | no packet has 2097153 bytes
            SYSCALL        | 1       | 8     | 1 | take no data, but there are 1 bytes
            RAW_TRACEPOINT | 1       | 8     | 1 | take no data, but there are 1 bytes
            RAW_TRACEPOINT | 0       | 97    | 1 | a context of at most 96 bytes, not 97
            SYSCALL        | 0       | 65536 | 1 | a context of at most 65535 bytes, not 65536
            NETFILTER      | 14      | 1     | 1 | take no context, but there are 1 bytes
            TRACING        | 0       | 8     | 1 | take no context, but there are 8 bytes
            SYSCALL        | 0       | 8     | 2 | not repeated by the kernel, but repeat is 2
            RAW_TRACEPOINT | 0       | 8     | 2 | not repeated by the kernel, but repeat is 2
            """)
    void run_withWhatATypeDoesNotTake_isToldWithTheNumbers(ProgramType type, int data, int context, int repeat,
            String problem) {
        TestRun run = TestRun.defaults().withData(new byte[data]).withContext(new byte[context]).withRepeat(repeat);
        assertThatThrownBy(() -> RunShape.of(type).check(run, "f: cannot be run: "))
                .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("f: cannot be run: ")
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({"XDP, 14, 24, 1000000", "XDP, 2097152, 0, 1", "SCHED_CLS, 14, 192, 5", "CGROUP_SKB, 64, 0, 1",
            "SYSCALL, 0, 65535, 1", "RAW_TRACEPOINT, 0, 96, 1", "SK_LOOKUP, 0, 64, 3", "TRACING, 0, 0, 1"})
    void run_withWhatATypeTakes_isLetThrough(ProgramType type, int data, int context, int repeat) {
        TestRun run = TestRun.defaults().withData(new byte[data]).withContext(new byte[context]).withRepeat(repeat);
        assertThatCode(() -> RunShape.of(type).check(run, "f: ")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(value = ProgramType.class, mode = EnumSource.Mode.EXCLUDE, names = {"RAW_TRACEPOINT",
            "RAW_TRACEPOINT_WRITABLE"})
    void cpu_ofOtherTypesThanRawTracepoints_isToldToBeLeftOut(ProgramType type) {
        TestRun run = TestRun.defaults().withCpu(3).withData(new byte[RunShape.of(type).minData()]);
        assertThatThrownBy(() -> RunShape.of(type).check(run, "f: ")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leave out withCpu(3)");
    }

    @ParameterizedTest
    @EnumSource(value = ProgramType.class, mode = EnumSource.Mode.EXCLUDE, names = "XDP")
    void liveFrames_ofOtherTypesThanXdp_areToldToBeLeftOut(ProgramType type) {
        TestRun run = TestRun.defaults().withLiveFrames(0).withData(new byte[RunShape.of(type).minData()]);
        assertThatThrownBy(() -> RunShape.of(type).check(run, "f: ")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leave out withLiveFrames(..)");
    }
}
