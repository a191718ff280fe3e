package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.ring.PerfMemory;
import io.ebpf4j.internal.ring.RecordMemory;
import io.ebpf4j.libbpf.EpollEvent;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Waits on all rings at once, level-triggered, and on an eventfd that once {@link #end} was called is never read. Rings that
 * are recorded have no descriptor, and nothing comes to them. A perf buffer does not say whether it has records, but once
 * whether somebody was to be woken since it was last asked: who waits has looked before.
 */
final class EpollWaiter implements RingWaiter {
    private static final int MAX_EVENTS = 8;

    private static final MemorySegment ONE = Arena.global().allocateFrom(ValueLayout.JAVA_LONG, 1L);

    private final int epoll;
    private final int eventfd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment events = arena.allocate(EpollEvent.LAYOUT, MAX_EVENTS);
    private final MemorySegment counter = arena.allocate(ValueLayout.JAVA_LONG);
    /** To add a perf buffer asks it for the first time, so what was written before nobody is told of any more. */
    private boolean toLookAgain;
    private volatile boolean ended;

    private EpollWaiter(int epoll, int eventfd, boolean toLookAgain) {
        this.epoll = epoll;
        this.eventfd = eventfd;
        this.toLookAgain = toLookAgain;
    }

    static EpollWaiter on(List<? extends RecordMemory> rings) {
        int epoll = check(Libc.epoll_create1(Libc.EPOLL_CLOEXEC()), "epoll_create1");
        int eventfd = -1;
        boolean done = false;
        try {
            eventfd = check(Libc.eventfd(0, Libc.EFD_CLOEXEC() | Libc.EFD_NONBLOCK()), "eventfd");
            control(epoll, Libc.EPOLL_CTL_ADD(), eventfd);
            for (RecordMemory ring : rings) {
                for (int handle : ring.handles()) {
                    control(epoll, Libc.EPOLL_CTL_ADD(), handle);
                }
            }
            done = true;
            return new EpollWaiter(epoll, eventfd, rings.stream().anyMatch(PerfMemory.class::isInstance));
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
        if (toLookAgain) {
            toLookAgain = false;
            return true;
        }
        int ready = Libc.epoll_wait(epoll, events, MAX_EVENTS, timeoutMillis);
        if (ready < 0 && NativeLibrary.errno() == Errno.EINTR) {
            return true; // the caller looks at its rings and comes back
        }
        check(ready, "epoll_wait");
        for (int i = 0; i < ready; i++) {
            int fd = (int) EpollEvent.data(events, i);
            if (fd != eventfd) {
                forgetDead(fd, EpollEvent.events(events, i));
            } else if (!ended) {
                Libc.read(eventfd, counter, Long.BYTES);
                if (ended) { // meanwhile, and what was written for it has just been read
                    wake();
                }
            }
        }
        return ready > 0;
    }

    /** The event of a CPU that is gone hangs up for ever, and whoever waited on would spin. */
    private void forgetDead(int fd, int ready) {
        if ((ready & Libc.EPOLLIN()) == 0 && (ready & (Libc.EPOLLHUP() | Libc.EPOLLERR())) != 0) {
            Libc.epoll_ctl(epoll, Libc.EPOLL_CTL_DEL(), fd, MemorySegment.NULL);
        }
    }

    @Override
    public void forget(RecordMemory ring) {
        for (int handle : ring.handles()) {
            // Not one of a CPU that is gone, which is forgotten already.
            Libc.epoll_ctl(epoll, Libc.EPOLL_CTL_DEL(), handle, MemorySegment.NULL);
        }
    }

    @Override
    public void wake() {
        // A full counter (EAGAIN) wakes as well as a new one does.
        Libc.write(eventfd, ONE, Long.BYTES);
    }

    @Override
    public void end() {
        ended = true;
        wake();
    }

    @Override
    public void close() {
        arena.close();
        Libc.close(eventfd);
        Libc.close(epoll);
    }

    private static void control(int epoll, int operation, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EpollEvent.LAYOUT);
            EpollEvent.set(event, 0, Libc.EPOLLIN(), fd);
            check(Libc.epoll_ctl(epoll, operation, fd, event), "epoll_ctl");
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
