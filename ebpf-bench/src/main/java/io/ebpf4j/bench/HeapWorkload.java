package io.ebpf4j.bench;

import io.ebpf4j.KernelBtf;
import io.ebpf4j.btf.Btf;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.Objects;
import java.util.function.Consumer;

/** What the kernel's types keep of the heap while they are open. What is mapped belongs to the kernel and is not counted. */
final class HeapWorkload {
    private static final int INSTANCES = 32;
    /** The serial collector leaves some dead objects where they are in three full collections out of four. */
    private static final int COLLECTIONS = 5;

    private HeapWorkload() {}

    static void run(PrintStream out) {
        print(out, "after one lookup", BtfWork::walk);
        print(out, "after full index", BtfWork::indexAndWalk);
        print(out, "after all types as records", BtfWork::inflate);
    }

    private static void print(PrintStream out, String name, Consumer<Btf> use) {
        out.println(Figure.of(new Case("C.btf heap", name, "ebpf4j"), "bytes", retained(use)).line());
    }

    private static long retained(Consumer<Btf> use) {
        var kernels = new ArrayList<KernelBtf>(INSTANCES);
        try (var first = KernelBtf.open()) {
            use.accept(first.vmlinux()); // so that what is loaded once is not in the difference
            long before = used();
            for (int i = 0; i < INSTANCES; i++) {
                var kernel = KernelBtf.open();
                use.accept(kernel.vmlinux());
                kernels.add(kernel);
            }
            return (used() - before) / INSTANCES;
        } finally {
            kernels.forEach(KernelBtf::close);
        }
    }

    private static long used() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        // As of the last collection: what is in use now has whole buffers of threads in it.
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage).filter(Objects::nonNull).mapToLong(MemoryUsage::getUsed)
                .sum();
    }
}
