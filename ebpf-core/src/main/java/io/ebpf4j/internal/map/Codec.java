package io.ebpf4j.internal.map;

import io.ebpf4j.PerCpu;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.internal.bind.Binder;
import io.ebpf4j.internal.bind.KeyWriter;
import io.ebpf4j.internal.bind.ValueReader;
import io.ebpf4j.internal.bind.ValueWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What makes objects of the bytes of a map, and bytes of objects.
 *
 * @param reader makes objects
 * @param writer makes bytes; throws {@link UnsupportedOperationException} where objects do not tell all of them
 * @param <T> the objects
 */
public record Codec<T>(ValueReader<T> reader, ValueWriter<T> writer) {
    /**
     * {@return a codec of keys, which have to be whole}
     *
     * @param shape the C type
     * @param type the Java type
     * @param where how messages call the map
     * @throws io.ebpf4j.BindingException when the types do not fit
     */
    public static <T> Codec<T> key(Shape shape, Class<T> type, String where) {
        return new Codec<>(Binder.reader(shape, type, where), KeyWriter.of(shape, type, where));
    }

    /**
     * {@return a codec of values, of which a record may take some fields to read}
     *
     * @param shape the C type
     * @param type the Java type
     * @param where how messages call the map
     * @throws io.ebpf4j.BindingException when the types do not fit
     */
    public static <T> Codec<T> value(Shape shape, Class<T> type, String where) {
        ValueReader<T> reader = Binder.reader(shape, type, where);
        return new Codec<>(reader, KeyWriter.unwritten(shape, type)
                .<ValueWriter<T>>map(field -> (_, _, _) -> {
                    throw new UnsupportedOperationException(where + ": no value can be written, for " + shape.spelling()
                            + " has a field '" + field + "' that " + type.getTypeName()
                            + " has no component for, so that it would be lost; add that");
                }).orElseGet(() -> KeyWriter.of(shape, type, where)));
    }

    /**
     * {@return a codec of four bytes that no file gives a type, such as an index, a file descriptor, a number of the kernel's}
     *
     * @param order of the program's bytes
     */
    public static Codec<Integer> index(ByteOrder order) {
        ValueLayout.OfInt layout = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
        return new Codec<>((memory, offset) -> memory.get(layout, offset),
                (value, memory, offset) -> memory.set(layout, offset, value));
    }

    /**
     * {@return a codec of a file descriptor, of which the kernel may tell a number of 8 bytes}
     *
     * @param order of the program's bytes
     * @param size 4 or 8
     */
    public static Codec<Long> descriptor(ByteOrder order, int size) {
        if (size == Long.BYTES) {
            ValueLayout.OfLong layout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
            return new Codec<>((memory, offset) -> memory.get(layout, offset),
                    (value, memory, offset) -> memory.set(layout, offset, value));
        }
        Codec<Integer> index = index(order);
        return new Codec<>((memory, offset) -> Integer.toUnsignedLong(index.reader().read(memory, offset)),
                (value, memory, offset) -> index.writer().write(Math.toIntExact(value), memory, offset));
    }

    /**
     * {@return a codec of addresses in code, as many as the depth of the stacks}
     *
     * @param order of the program's bytes
     * @param size bytes of a stack
     */
    public static Codec<long[]> frames(ByteOrder order, int size) {
        ValueLayout.OfLong layout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
        int depth = size / Long.BYTES;
        return new Codec<>((memory, offset) -> {
            long[] frames = new long[depth];
            MemorySegment.copy(memory, layout, offset, frames, 0, depth);
            return frames;
        }, (_, _, _) -> {
            throw new UnsupportedOperationException("stacks are written by functions in the kernel");
        });
    }

    /**
     * {@return a codec of values of which each CPU has one}
     *
     * @param one of the value of one CPU
     * @param size bytes of that
     * @param total bytes of all
     */
    public static <T> Codec<PerCpu<T>> perCpu(Codec<T> one, long size, long total) {
        long stride = Math.ceilDiv(size, Long.BYTES) * Long.BYTES;
        int cpus = Math.toIntExact(total / stride);
        return new Codec<>(PerCpuReader.of(one.reader(), stride, cpus), (value, memory, offset) -> {
            if (value.values().size() != cpus) {
                throw new IllegalArgumentException("it has " + value.values().size() + " values, this machine has "
                        + cpus + " possible CPUs; BpfMap.cpus() tells how many");
            }
            for (int cpu = 0; cpu < cpus; cpu++) {
                one.writer().write(value.values().get(cpu), memory, offset + cpu * stride);
            }
        });
    }
}
