package io.ebpf4j.internal.kernel.live.info;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.KernelAccessException;
import io.ebpf4j.KernelSupportException;
import io.ebpf4j.ProgramType;
import io.ebpf4j.TestRun;
import io.ebpf4j.TestRunResult;
import io.ebpf4j.XdpAction;
import io.ebpf4j.kernel.FunctionInfo;
import io.ebpf4j.kernel.RunStatistics;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Functions of {@code testrun_all.bpf.c}, whose results are known. */
@Live
class TestRunLiveTest {
    private static final MemorySegment PACKET = Fixtures.bytes("02aabbccddee 020102030405 0800 00112233445566778899");
    private static final MemorySegment IP_PACKET = Fixtures.bytes("02aabbccddee 020102030405 0800"
            + "4500001c 00000000 40110000 7f000001 7f000002" + "0035003500080000");
    private static final int MARK = 8;
    private static final int CB = 48;

    private static LoadedProbes probes;

    @BeforeAll
    static void load() {
        RunningKernel.require("test");
        probes = LoadedProbes.load("testrun_all");
    }

    @AfterAll
    static void unload() {
        probes.close();
    }

    @Test
    void xdp_packetToOne_comesOutWithAddressesExchanged() {
        TestRunResult result = xdp(TestRun.defaults().withData(PACKET));
        assertThat(result.xdpAction()).contains(XdpAction.TX);
        assertThat(result.returnValue()).isEqualTo(3);
        assertThat(Fixtures.hex(result.data())).isEqualTo("02010203040502aabbccddee080000112233445566778899");
        assertThat(result.context().byteSize()).isZero();
        assertThat(Fixtures.hex(PACKET)).startsWith("02aabbccddee"); // the caller's stays
    }

    @Test
    void xdp_packetToAGroup_isDroppedUnchanged() {
        byte[] packet = PACKET.toArray(ValueLayout.JAVA_BYTE);
        packet[0] = 3;
        TestRunResult result = xdp(TestRun.defaults().withData(packet));
        assertThat(result.xdpAction()).contains(XdpAction.DROP);
        assertThat(result.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(packet);
    }

    @Test
    void xdp_evenRepeat_exchangesBackAndMeasuresOneRun() {
        TestRunResult result = xdp(TestRun.defaults().withData(PACKET).withRepeat(10_000));
        assertThat(Fixtures.hex(result.data())).isEqualTo(Fixtures.hex(PACKET));
        assertThat(result.duration().orElseThrow()).isBetween(Duration.ofNanos(1), Duration.ofMillis(1));
    }

    @Test
    void xdp_contextGiven_comesBackWithTheNewBounds() {
        var context = MemorySegment.ofArray(new int[6]);
        context.set(ValueLayout.JAVA_INT, 4, (int) PACKET.byteSize());
        TestRunResult result = run("testrun_xdp_shorter_by_four", ProgramType.XDP,
                TestRun.defaults().withData(PACKET).withContext(context));
        assertThat(result.xdpAction()).contains(XdpAction.PASS);
        assertThat(Fixtures.hex(result.data())).isEqualTo(Fixtures.hex(PACKET).substring(8));
        assertThat(result.context().get(ValueLayout.JAVA_INT_UNALIGNED, 4)).isEqualTo((int) PACKET.byteSize() - 4);
    }

    @Test
    void xdp_contextThatDoesNotFitTheData_isExplained() {
        var context = MemorySegment.ofArray(new int[6]);
        context.set(ValueLayout.JAVA_INT, 4, 1_000);
        assertThatThrownBy(() -> xdp(TestRun.defaults().withData(PACKET).withContext(context)))
                .isInstanceOf(KernelAccessException.class)
                .hasMessageContaining("testrun_xdp: cannot be run: EINVAL")
                .hasMessageContaining("24 bytes of data with a context of 24 bytes")
                .hasMessageContaining("data_end is the size of the data");
    }

    @Test
    void skb_contextGiven_comesBackChangedWithTheData() {
        var context = MemorySegment.ofArray(new long[24]);
        context.set(ValueLayout.JAVA_INT, MARK, 3);
        context.set(ValueLayout.JAVA_INT, CB, 32);
        TestRunResult result = run("testrun_tc", ProgramType.SCHED_CLS,
                TestRun.defaults().withData(IP_PACKET).withContext(context));
        assertThat(result.returnValue()).isEqualTo(2); // TC_ACT_SHOT
        assertThat(result.context().byteSize()).isGreaterThanOrEqualTo(192);
        assertThat(result.context().get(ValueLayout.JAVA_INT_UNALIGNED, MARK)).isEqualTo(7);
        assertThat(result.context().get(ValueLayout.JAVA_INT_UNALIGNED, CB + 4)).isEqualTo(42);
        assertThat(Fixtures.hex(result.data())).isEqualTo(Fixtures.hex(IP_PACKET).replace("08004500", "08005a00"));
        assertThat(context.get(ValueLayout.JAVA_INT, MARK)).isEqualTo(3);
        assertThat(run("testrun_tc", ProgramType.SCHED_CLS, TestRun.defaults().withData(IP_PACKET)).returnValue())
                .isEqualTo(3); // TC_ACT_PIPE, for the mark is 0
    }

    @Test
    void skb_longerThanTheRoomForIt_comesOutWhole() {
        TestRunResult result = run("testrun_tc_grow", ProgramType.SCHED_CLS, TestRun.defaults().withData(IP_PACKET));
        assertThat(result.returnValue()).isZero();
        assertThat(result.data().byteSize()).isEqualTo(9000);
        assertThat(Fixtures.hex(result.data())).startsWith(Fixtures.hex(IP_PACKET)).endsWith("00".repeat(8900));
    }

    @Test
    void skb_ipPacketWithoutItsHeader_runsOrIsExplained() {
        try {
            assertThat(run("testrun_tc", ProgramType.SCHED_CLS, TestRun.defaults().withData(PACKET)).returnValue())
                    .isEqualTo(3); // which older kernels do not mind
        } catch (KernelAccessException e) {
            assertThat(e).hasMessageContaining("EINVAL")
                    .hasMessageContaining("a packet of IP has all of its IP header");
        }
    }

    @Test
    void rawTracepoint_argumentsAndCpu_reachTheFunction() {
        var arguments = MemorySegment.ofArray(new long[]{7, 4});
        TestRunResult result = run("testrun_raw_tp", ProgramType.RAW_TRACEPOINT,
                TestRun.defaults().withContext(arguments).withCpu(1));
        assertThat(result.returnValue()).isEqualTo(741);
        assertThat(result.duration()).isEmpty();
    }

    @Test
    void rawTracepoint_fewerArgumentsThanItReads_isExplained() {
        assertThatThrownBy(() -> run("testrun_raw_tp", ProgramType.RAW_TRACEPOINT,
                TestRun.defaults().withContext(new byte[8]))).isInstanceOf(KernelAccessException.class)
                .hasMessageContaining("EINVAL").hasMessageContaining("all arguments that it looks at");
    }

    @Test
    void syscall_context_isChangedInPlace() {
        var numbers = MemorySegment.ofArray(new long[2]);
        numbers.set(ValueLayout.JAVA_INT, 0, 100_000);
        numbers.set(ValueLayout.JAVA_INT, 4, 300_000);
        TestRunResult result = run("testrun_syscall", ProgramType.SYSCALL, TestRun.defaults().withContext(numbers));
        assertThat(result.returnValue()).isEqualTo(-200_000);
        assertThat(result.context().get(ValueLayout.JAVA_LONG_UNALIGNED, 8)).isEqualTo(30_000_000_000L);
        assertThat(result.context().byteSize()).isEqualTo(16);
        assertThat(numbers.get(ValueLayout.JAVA_LONG, 8)).isZero();
    }

    @Test
    void typeThatCannotBeRun_isExplained() {
        assertThatThrownBy(() -> run("testrun_perf_event", ProgramType.PERF_EVENT, TestRun.defaults()))
                .isInstanceOf(KernelSupportException.class)
                .hasMessageStartingWith("testrun_perf_event: cannot be run: Linux ")
                .hasMessageContaining("runs no functions of type PERF_EVENT")
                .hasMessageContaining("SYSCALL (5.14)");
    }

    @Test
    void runs_withStatistics_areCounted_andWithout_areNot() {
        int fd = probes.function("testrun_xdp");
        FunctionInfo before = FunctionInfos.of(fd, "testrun_xdp");
        FunctionInfo counted;
        try (var _ = RunStatistics.enable()) {
            xdp(TestRun.defaults().withData(PACKET).withRepeat(1_000));
            counted = FunctionInfos.of(fd, "testrun_xdp");
        }
        assertThat(counted.runCount() - before.runCount()).isEqualTo(1_000);
        assertThat(counted.runTime()).isGreaterThan(before.runTime());
        xdp(TestRun.defaults().withData(PACKET).withRepeat(1_000));
        assertThat(FunctionInfos.of(fd, "testrun_xdp").runCount()).isEqualTo(counted.runCount());
    }

    @Test
    void statistics_closedTwice_closeNobodyElsesFile() {
        RunStatistics statistics = RunStatistics.enable();
        statistics.close();
        try (var other = RunStatistics.enable()) {
            statistics.close();
            int fd = probes.function("testrun_xdp");
            long before = FunctionInfos.of(fd, "testrun_xdp").runCount();
            xdp(TestRun.defaults().withData(PACKET));
            assertThat(FunctionInfos.of(fd, "testrun_xdp").runCount()).isEqualTo(before + 1);
            assertThat(other).isNotNull();
        }
    }

    @Test
    void noDataOfAnXdpFunction_isToldBeforeTheKernelIsAsked() {
        assertThatThrownBy(() -> xdp(TestRun.defaults().withData(new byte[13])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("testrun_xdp: cannot be run: it needs a packet that begins with an Ethernet header of 14"
                        + " bytes, but has 13 bytes of data; give more with withData(..)");
        assertThat(xdp(TestRun.defaults().withData(new byte[14])).data().byteSize()).isEqualTo(14);
    }

    @Test
    void packetLongerThanTheKernelTakes_isExplained() {
        assertThatThrownBy(() -> xdp(TestRun.defaults().withData(new byte[1 << 21])))
                .isInstanceOf(KernelAccessException.class).hasMessageContaining("2097152 bytes of data");
    }

    private static TestRunResult xdp(TestRun run) {
        return run("testrun_xdp", ProgramType.XDP, run);
    }

    private static TestRunResult run(String function, ProgramType type, TestRun run) {
        return TestRuns.run(probes.function(function), type, run, function);
    }
}
