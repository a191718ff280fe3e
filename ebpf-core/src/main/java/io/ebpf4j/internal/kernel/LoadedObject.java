package io.ebpf4j.internal.kernel;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapSpec;
import io.ebpf4j.internal.ring.PerfMemory;
import io.ebpf4j.internal.ring.RecordMemory;
import io.ebpf4j.internal.ring.RingMemory;
import java.util.List;

/** One program in a kernel. Its owner calls nothing while or after it closes it. */
public interface LoadedObject extends AutoCloseable {
    /**
     * {@return a function}
     *
     * @param function of this program
     */
    LoadedFunction function(FunctionSpec function);

    /**
     * {@return a struct of operations at its place}
     *
     * @param map its name, in a section {@code .struct_ops}
     * @throws io.ebpf4j.BpfException when the kernel refuses
     */
    Hook attachStructOps(String map);

    /**
     * {@return the memory of a ring, for one consumer who closes it; of a USER_RINGBUF, for one producer}
     *
     * @param map a ring of this program
     */
    RingMemory ring(MapSpec map);

    /**
     * {@return the memory of a perf buffer, for one consumer who closes it} Programs write to it from here on.
     *
     * @param map a perf buffer of this program
     */
    PerfMemory perfBuffer(MapSpec map);

    /**
     * {@return the rows of a hash}
     *
     * @param map a hash of this program
     */
    Table table(MapSpec map);

    /**
     * {@return a waiter for some rings and perf buffers, which the caller closes}
     *
     * @param rings of this program
     */
    RingWaiter waiter(List<? extends RecordMemory> rings);

    /**
     * {@return a waiter for room in a ring, which the caller closes} It may return true when there is none, or not enough.
     *
     * @param ring a USER_RINGBUF of this program
     */
    RingWaiter roomWaiter(RingMemory ring);

    /** {@return the maps, in the loader's order; where variables are in maps of their own, those too} */
    List<LoadedMap> maps();

    /**
     * {@return the memory of a section of global variables, which the caller closes}
     *
     * @param name the section
     * @param constant whether nobody may write it
     * @throws io.ebpf4j.KernelSupportException when the kernel does not share it
     */
    SectionMemory section(String name, boolean constant);

    /** Takes back what was to outlive a program, of one that comes to nothing. To be followed by {@link #close}. */
    default void abandon() {}

    /** Gives back functions and maps; all hooks are closed. Called once. */
    @Override
    void close();
}
