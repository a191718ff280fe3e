package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class EpollEventTest {

    @Test
    void layout_x86_isPackedOthersAreNot() {
        assertThat(EpollEvent.layout("amd64").byteSize()).isEqualTo(12);
        assertThat(EpollEvent.layout("aarch64").byteSize()).isEqualTo(16);
        assertThat(EpollEvent.layout("riscv64").byteSize()).isEqualTo(16);
    }

    @Test
    void set_secondElement_leavesTheOthersAlone() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment array = arena.allocate(EpollEvent.LAYOUT, 3);
            EpollEvent.set(array, 1, 0x11223344, 0x0102030405060708L);

            assertThat(EpollEvent.events(array, 1)).isEqualTo(0x11223344);
            assertThat(EpollEvent.data(array, 1)).isEqualTo(0x0102030405060708L);
            long size = EpollEvent.LAYOUT.byteSize();
            assertThat(array.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            assertThat(array.asSlice(2 * size).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        }
    }
}
