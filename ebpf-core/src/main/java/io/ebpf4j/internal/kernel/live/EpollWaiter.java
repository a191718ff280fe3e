package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.ring.RingMemory;
import io.ebpf4j.libbpf.EpollEvent;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Waits on all rings at once, level-triggered, and on an eventfd that is never read, so that one {@link #wake} ends every
 * wait from then on.
 */
final class EpollWaiter implements RingWaiter {
    private static final int MAX_EVENTS = 8;

    private final int epoll;
    private final int eventfd;

    private EpollWaiter(int epoll, int eventfd) {
        this.epoll = epoll;
        this.eventfd = eventfd;
    }

    static EpollWaiter on(List<RingMemory> rings) {
        int epoll = check(Libc.epoll_create1(Libc.EPOLL_CLOEXEC()), "epoll_create1");
        int eventfd = -1;
        boolean done = false;
        try {
            eventfd = check(Libc.eventfd(0, Libc.EFD_CLOEXEC() | Libc.EFD_NONBLOCK()), "eventfd");
            add(epoll, eventfd);
            for (RingMemory ring : rings) {
                add(epoll, ring.handle());
            }
            done = true;
            return new EpollWaiter(epoll, eventfd);
        } finally {
            if (!done) {
                if (eventfd >= 0) {
                    Libc.close(eventfd);
                }
                Libc.close(epoll);
            }
        }
    }

    @Override
    public boolean await(int timeoutMillis) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment events = arena.allocate(EpollEvent.LAYOUT, MAX_EVENTS);
            int ready = Libc.epoll_wait(epoll, events, MAX_EVENTS, timeoutMillis);
            if (ready < 0 && NativeLibrary.errno() == Errno.EINTR) {
                return true; // the caller looks at its rings and comes back
            }
            return check(ready, "epoll_wait") > 0;
        }
    }

    @Override
    public void wake() {
        try (Arena arena = Arena.ofConfined()) {
            // A full counter (EAGAIN) wakes as well as a new one does.
            Libc.write(eventfd, arena.allocateFrom(ValueLayout.JAVA_LONG, 1L), Long.BYTES);
        }
    }

    @Override
    public void close() {
        Libc.close(eventfd);
        Libc.close(epoll);
    }

    private static void add(int epoll, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EpollEvent.LAYOUT);
            EpollEvent.set(event, 0, Libc.EPOLLIN(), fd);
            check(Libc.epoll_ctl(epoll, Libc.EPOLL_CTL_ADD(), fd, event), "epoll_ctl");
        }
    }

    private static int check(int result, String call) {
        if (result < 0) {
            int errno = NativeLibrary.errno();
            throw new MapAccessException(call + ": " + Errno.describe(errno), errno);
        }
        return result;
    }
}
