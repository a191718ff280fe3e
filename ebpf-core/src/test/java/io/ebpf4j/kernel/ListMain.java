package io.ebpf4j.kernel;

import io.ebpf4j.BpfException;
import java.util.List;

/** Lists and counts, and prints what it is told. */
final class ListMain {
    private ListMain() {}

    public static void main(String[] arguments) {
        for (Runnable attempt : List.<Runnable>of(() -> KernelObjects.functions().forEach(function -> {}),
                () -> KernelObjects.map(1), () -> RunStatistics.enable().close())) {
            try {
                attempt.run();
                System.out.println("done");
            } catch (BpfException e) {
                System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
    }
}
