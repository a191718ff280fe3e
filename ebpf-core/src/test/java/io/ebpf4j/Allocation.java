package io.ebpf4j;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What the current thread allocates. */
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /** {@return how many bytes some code allocates that has run often enough: the least of up to a hundred times} */
    static long ofCompiled(Runnable code) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 100 && least > 0; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            code.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
