package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.testing.Fixtures;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options, and what is wrong with them before any kernel is asked. */
class TestRunTest {
    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void repeat_belowOne_throws(int repeat) {
        assertThatThrownBy(() -> TestRun.defaults().withRepeat(repeat)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("repeat is " + repeat + ", must be at least 1");
    }

    @Test
    void cpu_belowZero_throws() {
        assertThatThrownBy(() -> TestRun.defaults().withCpu(-1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cpu is -1, must be at least 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 257})
    void liveFrames_outOfRange_throws(int batch) {
        assertThatThrownBy(() -> TestRun.defaults().withLiveFrames(batch)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a batch of live frames is " + batch);
        assertThat(TestRun.defaults().withLiveFrames(256).liveFrames()).hasValue(256);
    }

    @Test
    void defaults_runOnceOnNothing() {
        TestRun run = TestRun.defaults();
        assertThat(run.repeat()).isEqualTo(1);
        assertThat(run.data().byteSize()).isZero();
        assertThat(run.context().byteSize()).isZero();
        assertThat(run.cpu()).isEmpty();
        assertThat(run.liveFrames()).isEmpty();
    }

    @Test
    void eachWither_changesItsOwnPartOnly() {
        TestRun run = TestRun.defaults().withData((byte) 1, (byte) 2).withContext(new byte[]{3, 4, 5}).withRepeat(6)
                .withCpu(7).withLiveFrames(8).withRepeat(9);
        assertThat(Fixtures.hex(run.data())).isEqualTo("0102");
        assertThat(Fixtures.hex(run.context())).isEqualTo("030405");
        assertThat(run.repeat()).isEqualTo(9);
        assertThat(run.cpu()).hasValue(7);
        assertThat(run.liveFrames()).hasValue(8);
        assertThat(TestRun.defaults().repeat()).isEqualTo(1);
    }

    @Test
    void bytes_areCopied_andCannotBeWritten() {
        byte[] bytes = {1, 2};
        TestRun run = TestRun.defaults().withData(bytes);
        bytes[0] = 9;
        assertThat(Fixtures.hex(run.data())).isEqualTo("0102");
        assertThat(run.data().isReadOnly()).isTrue();
        TestRun fromNative;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 5);
            fromNative = TestRun.defaults().withContext(memory);
        }
        assertThat(Fixtures.hex(fromNative.context())).isEqualTo("05"); // after the memory has gone
    }

    @ParameterizedTest
    @CsvSource({"0, ABORTED", "1, DROP", "2, PASS", "3, TX", "4, REDIRECT"})
    void xdpAction_ofANumber_isTheKernels(int number, XdpAction action) {
        assertThat(XdpAction.of(number)).contains(action);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 5, Integer.MAX_VALUE})
    void xdpAction_ofAnotherNumber_isEmpty(int number) {
        assertThat(XdpAction.of(number)).isEmpty();
    }
}
