package io.ebpf4j;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Assumptions;

/** What the current thread allocates. */
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /** {@return how many bytes some code allocates that has run often enough: the least of up to a hundred times} */
    static long ofCompiled(Runnable code) {
        Assumptions.assumeFalse(System.getProperty("java.vm.info").contains("interpreted"),
                "nothing is compiled with -Xint, and the interpreter makes objects that compiled code does not");
        Assumptions.assumeFalse(
                ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-XX:TieredStopAtLevel=1"),
                "compiler C2, which does without objects that nobody sees, is switched off");
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 100 && least > 0; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            code.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
