package io.ebpf4j.internal.kernel;

import java.lang.foreign.MemorySegment;

/**
 * A program of ours in the kernel that copies the rows of one hash into memory that is mapped here. For one thread at a
 * time; its owner closes it once, and uses neither it nor its memory after that.
 */
public interface WalkProgram extends AutoCloseable {
    /** What {@link #run} returns when there are more rows than there is memory for; what that holds then means nothing. */
    int NOT_ALL = -1;

    /**
     * {@return how many rows it has copied, side by side from the begin of {@link #rows} on, or {@link #NOT_ALL}} Waits until
     * the kernel is through.
     *
     * @throws io.ebpf4j.KernelSupportException when the kernel does not run it
     */
    int run();

    /** {@return the memory, which only this program writes} */
    MemorySegment rows();

    /** {@return how many bytes are from one row to the next} */
    long stride();

    /** {@return where in a row its value begins; its key is at 0} */
    long valueOffset();

    /** Unmaps the memory, and gives back program and memory. */
    @Override
    void close();
}
