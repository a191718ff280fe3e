package io.ebpf4j.internal.kernel;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapSpec;
import io.ebpf4j.internal.ring.RingMemory;
import java.util.List;

/** One program in a kernel. Its owner serialises {@link #attach} and {@link #close} against everything else. */
public interface LoadedObject extends AutoCloseable {
    /**
     * Hooks each function whose section says to what.
     *
     * @return the functions that are hooked now
     * @throws io.ebpf4j.BpfException when one cannot be hooked
     */
    List<FunctionSpec> attach();

    /**
     * {@return the memory of a ring, for one consumer who closes it}
     *
     * @param map a ring of this program
     */
    RingMemory ring(MapSpec map);

    /**
     * {@return the rows of a hash}
     *
     * @param map a hash of this program
     */
    Table table(MapSpec map);

    /**
     * {@return a waiter for some rings, which the caller closes}
     *
     * @param rings of this program
     */
    RingWaiter waiter(List<RingMemory> rings);

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

    /** Closes a program that comes to nothing: also what was to outlive it goes. Called once, instead of {@link #close}. */
    default void abandon() {
        close();
    }

    /** Unhooks all functions and gives back the maps. Called once. */
    @Override
    void close();
}
