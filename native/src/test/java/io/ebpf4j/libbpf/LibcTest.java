package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@RequiresLibbpf
class LibcTest {

    @Test
    void errno_closeOfNoDescriptor_isEbadf() {
        assertThat(Libc.close(-1)).isEqualTo(-1);
        assertThat(NativeLibrary.errno()).isEqualTo(Errno.EBADF);
    }

    @Test
    void errno_openOfMissingFile_isEnoent() {
        try (Arena arena = Arena.ofConfined(); var scope = LibbpfLog.capture((level, text) -> {})) {
            MemorySegment object = Libbpf.bpf_object__open_file(arena.allocateFrom("/nonexistent/x.bpf.o"),
                    MemorySegment.NULL);

            assertThat(object.address()).isZero();
            assertThat(NativeLibrary.errno()).isEqualTo(Errno.ENOENT);
            assertThat(scope.failure()).isEmpty();
        }
    }

    @Test
    void errno_ofAnotherThread_isItsOwn() {
        Libc.close(-1);

        int[] other = CompletableFuture.supplyAsync(() -> {
            int before = NativeLibrary.errno();
            Libc.mmap(MemorySegment.NULL, 0, Libc.PROT_READ(), Libc.MAP_PRIVATE() | Libc.MAP_ANONYMOUS(), -1, 0);
            return new int[]{before, NativeLibrary.errno()};
        }, task -> new Thread(task).start()).join();

        assertThat(other).containsExactly(0, Errno.EINVAL);
        assertThat(NativeLibrary.errno()).isEqualTo(Errno.EBADF);
    }

    @Test
    void mmap_anonymous_isZeroedWritableAndUnmapped() {
        long size = Libc.getpagesize();
        assertThat(size).isEqualTo(Libc.sysconf(Libc._SC_PAGESIZE()));

        MemorySegment memory = Libc.mmap(MemorySegment.NULL, size, Libc.PROT_READ() | Libc.PROT_WRITE(),
                Libc.MAP_PRIVATE() | Libc.MAP_ANONYMOUS(), -1, 0);

        assertThat(memory.address()).isNotEqualTo(Libc.MAP_FAILED().address());
        MemorySegment page = memory.asSlice(0, size);
        assertThat(page.get(ValueLayout.JAVA_LONG, size - Long.BYTES)).isZero();
        page.set(ValueLayout.JAVA_LONG, size - Long.BYTES, 0x0102030405060708L);
        assertThat(page.get(ValueLayout.JAVA_BYTE, size - 1)).isIn((byte) 1, (byte) 8);
        assertThat(Libc.munmap(memory, size)).isZero();
    }

    @Test
    void mmap_badLength_isMapFailed() {
        MemorySegment memory = Libc.mmap(MemorySegment.NULL, 0, Libc.PROT_READ(),
                Libc.MAP_PRIVATE() | Libc.MAP_ANONYMOUS(), -1, 0);

        assertThat(memory.address()).isEqualTo(Libc.MAP_FAILED().address());
        assertThat(NativeLibrary.errno()).isEqualTo(Errno.EINVAL);
    }

    @Test
    void epollWait_twoDescriptorsReady_handsBackTheirData() {
        int epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC());
        int first = Libc.eventfd(0, Libc.EFD_NONBLOCK() | Libc.EFD_CLOEXEC());
        int second = Libc.eventfd(0, Libc.EFD_NONBLOCK() | Libc.EFD_CLOEXEC());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment events = arena.allocate(EpollEvent.LAYOUT, 4);
            EpollEvent.set(events, 1, Libc.EPOLLIN(), 0x1111_2222_3333_4444L);
            MemorySegment second1 = events.asSlice(EpollEvent.LAYOUT.byteSize(), EpollEvent.LAYOUT.byteSize());
            assertThat(Libc.epoll_ctl(epoll, Libc.EPOLL_CTL_ADD(), first, second1)).isZero();
            EpollEvent.set(events, 0, Libc.EPOLLIN(), -5);
            assertThat(Libc.epoll_ctl(epoll, Libc.EPOLL_CTL_ADD(), second, events)).isZero();
            assertThat(Libc.epoll_wait(epoll, events, 4, 0)).isZero();

            MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
            assertThat(Libc.write(first, one, 8)).isEqualTo(8);
            assertThat(Libc.write(second, one, 8)).isEqualTo(8);

            assertThat(Libc.epoll_wait(epoll, events, 4, 1000)).isEqualTo(2);
            assertThat(new long[]{EpollEvent.data(events, 0), EpollEvent.data(events, 1)})
                    .containsExactlyInAnyOrder(0x1111_2222_3333_4444L, -5);
            assertThat(EpollEvent.events(events, 1)).isEqualTo(Libc.EPOLLIN());
            assertThat(Libc.read(first, one, 8)).isEqualTo(8);
            assertThat(Libc.read(first, one, 8)).isEqualTo(-1);
            assertThat(NativeLibrary.errno()).isEqualTo(Errno.EAGAIN);
        } finally {
            Libc.close(second);
            Libc.close(first);
            Libc.close(epoll);
        }
    }
}
