package io.ebpf4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The CPUs that run, and threads that stay on one. */
@SuppressWarnings("restricted") // to call the C library
public final class Cpus {
    private static final int MASK_BYTES = 1024;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SCHED_SETAFFINITY = LINKER.downcallHandle(
            LINKER.defaultLookup().find("sched_setaffinity").orElseThrow(), FunctionDescriptor.of(ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));

    private Cpus() {}

    /** {@return their numbers} */
    public static List<Integer> online() {
        try {
            List<Integer> cpus = new ArrayList<>();
            for (String range : Files.readString(Path.of("/sys/devices/system/cpu/online")).strip().split(",", -1)) {
                String[] ends = range.split("-", 2);
                for (int cpu = Integer.parseInt(ends[0]); cpu <= Integer.parseInt(ends[ends.length - 1]); cpu++) {
                    cpus.add(cpu);
                }
            }
            return cpus;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does something on each CPU, on all at once. */
    public static void onEach(Runnable work) throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int cpu : online()) {
            Thread thread = new Thread(() -> {
                stayOn(cpu);
                work.run();
            }, "on cpu " + cpu);
            thread.setUncaughtExceptionHandler((_, e) -> {
                synchronized (failures) {
                    failures.add(e);
                }
            });
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        synchronized (failures) {
            if (!failures.isEmpty()) {
                throw new AssertionError("on a CPU of " + online(), failures.getFirst());
            }
        }
    }

    private static void stayOn(int cpu) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
            mask.setAtIndex(ValueLayout.JAVA_LONG, cpu / Long.SIZE, 1L << cpu % Long.SIZE);
            if ((int) SCHED_SETAFFINITY.invokeExact(0, (long) MASK_BYTES, mask) != 0) {
                throw new AssertionError("this thread cannot be put on CPU " + cpu);
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
