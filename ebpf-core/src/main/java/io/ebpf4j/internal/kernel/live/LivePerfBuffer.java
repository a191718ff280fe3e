package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.BpfException;
import io.ebpf4j.MapAccessException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.PrivilegeException;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.options.PerfSize;
import io.ebpf4j.internal.ring.PerfMemory;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.MappedMemory;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.PerfEvent;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Opens a perf buffer: an event on each CPU that runs, its memory mapped, its descriptor in the map at the CPU's number. */
final class LivePerfBuffer {
    private static final int ENODEV = 19;
    private static final int EMFILE = 24;

    private final String where;
    private final MapSpec map;
    private final PerfSize wanted;
    private final List<Integer> cpus = new ArrayList<>();
    private final List<Integer> events = new ArrayList<>();
    /** What gives back what was made, the last first. */
    private final Deque<Runnable> undo = new ArrayDeque<>();

    private LivePerfBuffer(String where, MapSpec map, PerfSize wanted) {
        this.where = where;
        this.map = map;
        this.wanted = wanted;
    }

    /**
     * {@return an open one}
     *
     * @param descriptor of the map, which stays the caller's and open until {@code onClose}
     * @param onClose runs when all is given back, of one that was opened
     */
    static PerfMemory open(String where, MapSpec map, int descriptor, PerfSize wanted, Runnable onClose) {
        var buffer = new LivePerfBuffer(where, map, wanted);
        boolean done = false;
        try {
            PerfMemory memory = buffer.open(descriptor, onClose);
            done = true;
            return memory;
        } finally {
            if (!done) {
                buffer.release();
            }
        }
    }

    private PerfMemory open(int descriptor, Runnable onClose) {
        Table table = LiveMap.table(where, map, descriptor);
        List<Integer> online = CpuList.online();
        checkRoom(table, online);
        online.forEach(this::openEvent);
        if (events.isEmpty()) {
            throw new MapAccessException(where + ": none of the CPUs " + online + " runs any more", ENODEV);
        }
        long page = Libc.getpagesize();
        long size = powerOfTwo(Math.max(page, wanted.bytes()));
        MemorySegment memory = reserve(Math.multiplyExact(PerfMemory.stride(page, size), events.size()));
        for (int i = 0; i < events.size(); i++) {
            map(memory.asSlice(i * PerfMemory.stride(page, size), page + size), i);
        }
        for (int i = 0; i < events.size(); i++) {
            announce(table, i);
        }
        return new PerfMemory(map.name(), memory, page, size, cpus, events,
                () -> Closing.all(List.of(this::release, onClose)));
    }

    /** What a program writes on a CPU that the map has no place for is lost, and only the program is told. */
    private void checkRoom(Table table, List<Integer> online) {
        int last = online.getLast();
        if (last >= table.maxEntries()) {
            throw new MapAccessException(where + ": has places for " + table.maxEntries() + " CPUs, but CPU " + last
                    + " runs too; leave max_entries out, or load it with LoadOptions.maxEntries(\"" + map.name()
                    + "\", "
                    + (last + 1) + ")", Errno.E2BIG);
        }
    }

    private void openEvent(int cpu) {
        int event = PerfEvent.openOutput(cpu, wanted.wakeUp());
        if (event == -ENODEV) {
            return; // it has gone offline just now
        }
        if (event < 0) {
            throw refused(cpu, -event);
        }
        undo.push(() -> Descriptors.close(event));
        cpus.add(cpu);
        events.add(event);
    }

    private BpfException refused(int cpu, int errno) {
        String message = where + ": no perf event can be opened on CPU " + cpu + ": " + Errno.describe(errno);
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES -> new PrivilegeException(message
                    + "; give the process CAP_PERFMON, or CAP_SYS_ADMIN before Linux 5.8", errno,
                    List.of("CAP_PERFMON"));
            case EMFILE -> new MapAccessException(message
                    + "; a perf buffer takes one descriptor a CPU, allow more with ulimit -n", errno);
            default -> new MapAccessException(message, errno);
        };
    }

    @SuppressWarnings("MustBeClosedChecker") // release() closes it
    private MemorySegment reserve(long length) {
        Arena arena = Arena.ofShared();
        undo.push(arena::close);
        return MappedMemory.reserve(length, arena).orElseThrow(() -> unmapped(length, NativeLibrary.errno()));
    }

    private void map(MemorySegment place, int index) {
        if (!MappedMemory.replace(place, events.get(index), Libc.PROT_READ() | Libc.PROT_WRITE())) {
            throw unmapped(place.byteSize(), NativeLibrary.errno());
        }
    }

    private BpfException unmapped(long length, int errno) {
        String message = where + ": cannot map " + length + " bytes: " + Errno.describe(errno);
        return errno == Errno.EPERM
                ? new PrivilegeException(message + "; that is over kernel.perf_event_mlock_kb and the limit of locked"
                        + " memory together: raise one (ulimit -l), give the process CAP_IPC_LOCK, or take a smaller"
                        + " buffer with LoadOptions.perfBuffer(\"" + map.name() + "\", bytes)", errno)
                : new MapAccessException(message + "; LoadOptions.perfBuffer(\"" + map.name()
                        + "\", bytes) takes another size", errno);
    }

    private void announce(Table table, int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cpu = arena.allocateFrom(ValueLayout.JAVA_INT, cpus.get(index));
            int result = table.update(cpu, arena.allocateFrom(ValueLayout.JAVA_INT, events.get(index)), 0);
            if (result != 0) {
                throw table.failure("entering the perf event of CPU " + cpus.get(index), result);
            }
        }
        undo.push(() -> withdraw(table, cpus.get(index)));
    }

    /** It may be gone: with the map's last user the kernel takes out what that has put in. */
    private static void withdraw(Table table, int cpu) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = table.delete(arena.allocateFrom(ValueLayout.JAVA_INT, cpu));
        }
    }

    private void release() {
        Closing.all(List.copyOf(undo));
    }

    private static long powerOfTwo(long bytes) {
        long floor = Long.highestOneBit(bytes);
        return floor == bytes ? floor : floor << 1;
    }
}
