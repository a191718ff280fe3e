package io.ebpf4j;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.internal.bind.Binder;
import io.ebpf4j.internal.bind.KeyWriter;
import io.ebpf4j.internal.bind.ValueWriter;
import io.ebpf4j.internal.decode.MapShapes;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/**
 * What becomes the records of a ring, and how.
 *
 * @param size of each record; empty where each has its own
 * @param writer writes the bytes
 */
record WriteForm<T>(OptionalLong size, ValueWriter<T> writer) {
    static final WriteForm<MemorySegment> SEGMENTS = new WriteForm<>(OptionalLong.empty(),
            (value, memory, offset) -> MemorySegment.copy(value, 0, memory, offset, value.byteSize()));

    /**
     * {@return the form for a Java type}
     *
     * @param owner how messages call what the ring belongs to
     * @param btf what its type is of
     * @param ring the ring
     * @param type the Java type
     * @throws BindingException when the types do not fit, or a field of the C type gets no value
     */
    @SuppressWarnings("unchecked") // T is what the class says
    static <T> WriteForm<T> of(String owner, Btf btf, MapSpec ring, Class<T> type) {
        if (type == MemorySegment.class) {
            return (WriteForm<T>) SEGMENTS;
        }
        String where = MapShapes.where(owner, ring);
        Shape shape = MapShapes.record(owner, btf, ring);
        Binder.reader(shape, type, where); // which says what does not fit
        KeyWriter.unwritten(shape, type).ifPresent(field -> {
            throw new BindingException(where + ": no record can be written, for " + shape.spelling() + " has a field '"
                    + field + "' that " + type.getTypeName() + " has no component for; add that");
        });
        return new WriteForm<>(OptionalLong.of(shape.size()), KeyWriter.of(shape, type, where));
    }

    long length(T value) {
        return size.isPresent() ? size.getAsLong() : ((MemorySegment) value).byteSize();
    }
}
