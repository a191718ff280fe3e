package io.ebpf4j.internal.bind;

import io.ebpf4j.internal.PrivateCopy;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Calls a handle of type {@code (MemorySegment, long)Object}. Each handle has a copy of this class, in which it is a
 * constant: only of a constant does the JIT compiler make straight code, down to the constructor.
 */
final class HandleReader implements ValueReader<Object> {
    private static final @Nullable MethodHandle CONSTANT = PrivateCopy
            .constant(MethodHandles.lookup(), MethodHandle.class);

    private final MethodHandle handle;

    HandleReader(MethodHandle handle) {
        this.handle = handle;
    }

    @Override
    public Object read(MemorySegment memory, long offset) {
        try {
            return CONSTANT != null
                    ? (Object) CONSTANT.invokeExact(memory, offset)
                    : (Object) handle.invokeExact(memory, offset);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the record's constructor threw", e);
        }
    }
}
