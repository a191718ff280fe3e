package io.ebpf4j.internal.bind;

import io.ebpf4j.BindingException;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Field;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.decode.Shape.Sequence;
import io.ebpf4j.decode.Shape.Struct;
import io.ebpf4j.internal.PrivateCopy;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Compiles readers. Every handle in here has the type {@code (MemorySegment, long)T}. */
public final class Binder {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodHandle SEQUENCE = find("sequence",
            MethodType.methodType(Object.class, Class.class, MethodHandle.class, long.class, int.class,
                    MemorySegment.class,
                    long.class));
    private static final MethodHandle LIST = find("list", MethodType.methodType(List.class, Object[].class));

    private static final MethodType READER = MethodType.methodType(void.class, MethodHandle.class);
    private static final PrivateCopy COPIES = PrivateCopy.of(LOOKUP, HandleReader.class);

    private final String where;

    private Binder(String where) {
        this.where = where;
    }

    /**
     * {@return a reader}
     *
     * @param shape the C type
     * @param type the Java type
     * @param where how messages call the place
     * @throws BindingException when the Java type cannot take the C type's values
     */
    public static <T> ValueReader<T> reader(Shape shape, Class<T> type, String where) {
        Class<?> boxed = MethodType.methodType(type).wrap().returnType();
        MethodHandle handle = new Binder(where).bind(shape, boxed, boxed.getSimpleName())
                .asType(MethodType.methodType(Object.class, MemorySegment.class, long.class));
        return compiled(handle);
    }

    @SuppressWarnings("unchecked") // the handle returns what its shape was bound to
    private static <T> ValueReader<T> compiled(MethodHandle handle) {
        try {
            return (ValueReader<T>) (ValueReader<?>) COPIES.constructor(READER, ValueReader.class, handle)
                    .invokeExact(handle);
        } catch (Throwable e) {
            throw new LinkageError("a constructor that throws nothing threw", e);
        }
    }

    private MethodHandle bind(Shape shape, Class<?> type, String path) {
        return switch (shape) {
            case Scalar scalar -> ScalarBinding.reader(scalar, type)
                    .orElseThrow(() -> mismatch(shape, type, path, ScalarBinding.suggestion(scalar)));
            case Struct struct when type.isRecord() -> record(struct, type.asSubclass(Record.class), path);
            case Struct _ -> throw mismatch(shape, type, path, "a record");
            case Sequence sequence when type.isArray() -> array(sequence, type, path);
            case Sequence _ -> throw mismatch(shape, type, path,
                    type == List.class ? "an array, or a List<E> with E a class" : "an array");
        };
    }

    private MethodHandle record(Struct struct, Class<? extends Record> type, String path) {
        RecordComponent[] components = type.getRecordComponents();
        MethodHandle made = constructor(type, components);
        try {
            for (int i = components.length - 1; i >= 0; i--) {
                Field field = field(struct, components[i], type, path);
                MethodHandle read = at(field.offset(),
                        bind(field.shape(), components[i], path + '.' + components[i].getName()));
                made = withOneMemory(MethodHandles.collectArguments(made, i, read), i);
            }
        } catch (IllegalArgumentException e) {
            throw new BindingException(where + ": record " + type.getName() + " has " + components.length
                    + " components, more than the JVM can fill in one call: " + e.getMessage());
        }
        return components.length == 0
                ? MethodHandles.dropArguments(made, 0, MemorySegment.class, long.class)
                : made;
    }

    private MethodHandle bind(Shape shape, RecordComponent component, String path) {
        MethodHandle read = bind(shape, arrayOf(component), path);
        return component.getType() == List.class
                ? MethodHandles.filterReturnValue(read.asType(read.type().changeReturnType(Object[].class)), LIST)
                : read;
    }

    /** {@return the type of a component; of a {@code List<E>} that of the array that can be one} */
    static Class<?> arrayOf(RecordComponent component) {
        return component.getGenericType() instanceof ParameterizedType list && list.getRawType() == List.class
                && list.getActualTypeArguments()[0] instanceof Class<?> element
                        ? element.arrayType()
                        : component.getType();
    }

    @SuppressWarnings("unused") // by LIST
    private static List<Object> list(Object[] values) {
        return Collections.unmodifiableList(Arrays.asList(values)); // List.of takes no null, which an enum may be
    }

    /** The handle with one (memory, offset) behind its first parameters, for one that has them once or twice there. */
    private static MethodHandle withOneMemory(MethodHandle made, int before) {
        MethodType type = made.type();
        if (type.parameterCount() == before + 2) {
            return made;
        }
        int[] reorder = IntStream.range(0, before + 4).map(i -> i < before + 2 ? i : i - 2).toArray();
        return MethodHandles.permuteArguments(made, type.dropParameterTypes(before + 2, before + 4), reorder);
    }

    private MethodHandle constructor(Class<? extends Record> type, RecordComponent[] components) {
        Class<?>[] parameters = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
            return LOOKUP.unreflectConstructor(constructor);
        } catch (NoSuchMethodException | IllegalAccessException | RuntimeException e) {
            throw new BindingException(where + ": the constructor of record " + type.getName()
                    + " cannot be called from here; make the record public, or open its package to module io.ebpf4j.core ("
                    + e.getMessage() + ")");
        }
    }

    private Field field(Struct struct, RecordComponent component, Class<?> type, String path) {
        return find(struct, component.getName()).orElseThrow(() -> {
            List<String> names = struct.fields().stream().map(Field::name).toList();
            return new BindingException(where + ": component " + path + '.' + component.getName() + " of "
                    + component.getType().getSimpleName() + " has no field '" + Names.snake(component.getName())
                    + "' to take its value from: " + struct.spelling() + " has " + names + ", record " + type.getName()
                    + " takes them by name");
        });
    }

    /** {@return the field that a record's component stands for: of its name, or {@code dest_port} for {@code destPort}} */
    static Optional<Field> find(Struct struct, String component) {
        String snake = Names.snake(component);
        Stream<Field> exact = struct.fields().stream().filter(f -> f.name().equals(component));
        Stream<Field> alike = struct.fields().stream().filter(f -> Names.snake(f.name()).equals(snake));
        return Stream.concat(exact, alike).findFirst();
    }

    private MethodHandle array(Sequence sequence, Class<?> type, String path) {
        MethodHandle element = bind(sequence.element(), type.componentType(), path + "[]")
                .asType(MethodType.methodType(Object.class, MemorySegment.class, long.class));
        return MethodHandles.insertArguments(SEQUENCE, 0, type.componentType(), element, sequence.element().size(),
                sequence.count()).asType(MethodType.methodType(type, MemorySegment.class, long.class));
    }

    @SuppressWarnings("unused") // by SEQUENCE
    private static Object sequence(Class<?> type, MethodHandle element, long size, int count, MemorySegment memory,
            long offset) throws Throwable {
        Object array = Array.newInstance(type, count);
        for (int i = 0; i < count; i++) {
            Array.set(array, i, (Object) element.invokeExact(memory, offset + i * size));
        }
        return array;
    }

    private static MethodHandle at(long offset, MethodHandle read) {
        if (offset == 0) {
            return read;
        }
        MethodHandle add = MethodHandles.insertArguments(
                find("plus", MethodType.methodType(long.class, long.class, long.class)), 0,
                offset);
        return MethodHandles.filterArguments(read, 1, add);
    }

    @SuppressWarnings("unused") // by at
    private static long plus(long a, long b) {
        return a + b;
    }

    private BindingException mismatch(Shape shape, Class<?> type, String path, String suggestion) {
        return new BindingException(where + ": component " + path + " of Java type " + type.getSimpleName()
                + " cannot take the values of C type " + shape.spelling() + " (" + shape.size() + " bytes); use "
                + suggestion);
    }

    private static MethodHandle find(String name, MethodType type) {
        try {
            return LOOKUP.findStatic(Binder.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("own method not found", e);
        }
    }
}
