package io.ebpf4j.internal.bind;

import io.ebpf4j.BindingException;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Field;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.decode.Shape.Struct;
import io.ebpf4j.internal.PrivateCopy;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Map;

/**
 * Compiles writers of records, for where there is no system call beside each: what {@link KeyWriter} writes, but components that
 * are primitive integers are never boxed. Every handle in here has the type {@code (T, MemorySegment, long)void}.
 */
public final class RecordWriter {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodType WRITE = MethodType.methodType(void.class, Object.class, MemorySegment.class,
            long.class);
    private static final MethodHandle INTEGER = find("integer", MethodType.methodType(void.class, NumberDecoder.class,
            int.class, long.class, MemorySegment.class, long.class));
    private static final MethodHandle PLUS = find("plus", MethodType.methodType(long.class, long.class, long.class));
    private static final MethodType WRITER = MethodType.methodType(void.class, MethodHandle.class);
    private static final PrivateCopy COPIES = PrivateCopy.of(LOOKUP, HandleWriter.class);
    private static final Map<Class<?>, Integer> BITS = Map.of(byte.class, 8, short.class, 16, int.class, 32, long.class,
            64);

    private final String where;

    private RecordWriter(String where) {
        this.where = where;
    }

    /**
     * {@return a writer}
     *
     * @param shape the C type, all of whose fields get a value: see {@link KeyWriter#unwritten}
     * @param type the Java type, which {@link Binder} has accepted
     * @param where how messages call the place
     */
    public static <T> ValueWriter<T> of(Shape shape, Class<T> type, String where) {
        return shape instanceof Struct struct
                ? compiled(new RecordWriter(where).record(struct, type).asType(WRITE))
                : KeyWriter.of(shape, type, where);
    }

    @SuppressWarnings("unchecked") // the handle takes what its shape was bound to
    private static <T> ValueWriter<T> compiled(MethodHandle handle) {
        try {
            return (ValueWriter<T>) (ValueWriter<?>) COPIES.constructor(WRITER, ValueWriter.class, handle)
                    .invokeExact(handle);
        } catch (Throwable e) {
            throw new LinkageError("a constructor that throws nothing threw", e);
        }
    }

    private MethodHandle record(Struct struct, Class<?> type) {
        MethodHandle all = MethodHandles.empty(WRITE.changeParameterType(0, type));
        for (RecordComponent component : type.getRecordComponents()) {
            Field field = Binder.find(struct, component.getName()).orElseThrow();
            MethodHandle write = at(field.offset(), component(field.shape(), component));
            all = MethodHandles.foldArguments(MethodHandles.filterArguments(write, 0, accessor(component)), all);
        }
        return all;
    }

    private MethodHandle component(Shape shape, RecordComponent component) {
        return switch (shape) {
            case Struct struct -> record(struct, component.getType());
            case Scalar(_, _, NumberDecoder decoder) when BITS.containsKey(component.getType()) ->
                MethodHandles.insertArguments(INTEGER, 0, decoder, BITS.get(component.getType()))
                        .asType(WRITE.changeParameterType(0, component.getType()));
            case Shape other -> {
                ValueWriter<Object> boxed = KeyWriter.of(other, component, where);
                yield bind(boxed).asType(WRITE.changeParameterType(0, component.getType()));
            }
        };
    }

    /** An int of a u32's bits may be negative, and so on; a negative one of other bits does not fit. */
    @SuppressWarnings("unused") // by INTEGER
    private static void integer(NumberDecoder decoder, int width, long value, MemorySegment memory, long offset) {
        if (value >= 0 || decoder.signed() || (width == decoder.bits() && width == Long.SIZE)) {
            decoder.encodeLong(value, memory, offset);
        } else if (width == decoder.bits()) {
            decoder.encodeLong(value & ((1L << width) - 1), memory, offset);
        } else {
            decoder.encode(value, memory, offset);
        }
    }

    private MethodHandle accessor(RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return LOOKUP.unreflect(component.getAccessor());
        } catch (IllegalAccessException | RuntimeException e) {
            throw new BindingException(where + ": component '" + component.getName() + "' of record "
                    + component.getDeclaringRecord().getName() + " cannot be read from here; make the record public, or"
                    + " open its package to module io.ebpf4j.core (" + e.getMessage() + ")");
        }
    }

    private static MethodHandle at(long offset, MethodHandle write) {
        return offset == 0
                ? write
                : MethodHandles.filterArguments(write, 2, MethodHandles.insertArguments(PLUS, 0, offset));
    }

    @SuppressWarnings("unused") // by PLUS
    private static long plus(long a, long b) {
        return a + b;
    }

    private static MethodHandle bind(ValueWriter<Object> writer) {
        try {
            return LOOKUP.findVirtual(ValueWriter.class, "write", WRITE).bindTo(writer);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("own method not found", e);
        }
    }

    private static MethodHandle find(String name, MethodType type) {
        try {
            return LOOKUP.findStatic(RecordWriter.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("own method not found", e);
        }
    }
}
