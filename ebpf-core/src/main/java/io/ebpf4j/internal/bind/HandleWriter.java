package io.ebpf4j.internal.bind;

import io.ebpf4j.internal.PrivateCopy;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * Calls a handle of type {@code (Object, MemorySegment, long)void}. Each handle has a copy of this class, in which it is a
 * constant, as {@link HandleReader} says.
 */
final class HandleWriter implements ValueWriter<Object> {
    private static final @Nullable MethodHandle CONSTANT = PrivateCopy
            .constant(MethodHandles.lookup(), MethodHandle.class);

    private final MethodHandle handle;

    HandleWriter(MethodHandle handle) {
        this.handle = handle;
    }

    @Override
    public void write(Object value, MemorySegment memory, long offset) {
        try {
            if (CONSTANT != null) {
                CONSTANT.invokeExact(value, memory, offset);
            } else {
                handle.invokeExact(value, memory, offset);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the record's accessor threw", e);
        }
    }
}
