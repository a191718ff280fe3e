package io.ebpf4j.internal.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The memory of a section of global variables, shared with the kernel. Whoever uses it after {@link #close} gets an
 * {@link IllegalStateException}.
 *
 * @param memory the section; read-only where nobody may write it
 * @param closer gives it back
 */
public record SectionMemory(MemorySegment memory, Runnable closer) implements AutoCloseable {
    @Override
    public void close() {
        closer.run();
    }
}
