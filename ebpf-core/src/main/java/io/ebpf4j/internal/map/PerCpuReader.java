package io.ebpf4j.internal.map;

import io.ebpf4j.PerCpu;
import io.ebpf4j.internal.PrivateCopy;
import io.ebpf4j.internal.bind.ValueReader;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Makes an object of the values of all CPUs. Each is a copy of this class, for it calls back, see {@link PrivateCopy}. */
final class PerCpuReader implements ValueReader<PerCpu<Object>> {
    private static final MethodType TYPE = MethodType.methodType(void.class, ValueReader.class, long.class, int.class);

    private final ValueReader<?> one;
    private final long stride;
    private final int cpus;

    PerCpuReader(ValueReader<?> one, long stride, int cpus) {
        this.one = one;
        this.stride = stride;
        this.cpus = cpus;
    }

    /**
     * {@return a reader}
     *
     * @param one of the value of one CPU
     * @param stride how many bytes are from one to the next
     * @param cpus how many there are
     */
    @SuppressWarnings("unchecked") // it makes what that makes
    static <T> ValueReader<PerCpu<T>> of(ValueReader<T> one, long stride, int cpus) {
        try {
            return (ValueReader<PerCpu<T>>) (ValueReader<?>) PrivateCopy.of(MethodHandles.lookup(), PerCpuReader.class)
                    .constructor(TYPE, ValueReader.class).invokeExact((ValueReader<?>) one, stride, cpus);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("a constructor that throws nothing threw", e);
        }
    }

    @Override
    public PerCpu<Object> read(MemorySegment memory, long offset) {
        Object[] values = new Object[cpus];
        for (int cpu = 0; cpu < values.length; cpu++) {
            values[cpu] = one.read(memory, offset + cpu * stride);
        }
        return new PerCpu<>(CpuValues.of(values));
    }
}
