package io.ebpf4j.internal.map;

import io.ebpf4j.LongHashMapView.Visitor;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.internal.PrivateCopy;
import io.ebpf4j.internal.bind.IntegerField;
import io.ebpf4j.internal.bind.ValueReader;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.function.BiConsumer;

/**
 * The inner loop of a visit: hands on rows that lie side by side.
 *
 * @param <T> what takes the rows
 */
interface RowLoop<T> {
    /**
     * Hands on rows, in order.
     *
     * @param keys where the keys are, from 0 on
     * @param keyStride how many bytes are from one to the next
     * @param values where the values are, from 0 on
     * @param valueStride how many bytes are from one to the next
     * @param rows how many there are
     * @param visitor takes them
     */
    void visit(MemorySegment keys, long keyStride, MemorySegment values, long valueStride, int rows, T visitor);

    /** {@return one that makes objects} The code of each is its own, see {@link PrivateCopy}. */
    @SuppressWarnings("unchecked") // its visitor takes what the readers make
    static <K, V> RowLoop<BiConsumer<? super K, ? super V>> ofObjects(ValueReader<K> keys, ValueReader<V> values) {
        return (RowLoop<BiConsumer<? super K, ? super V>>) (RowLoop<?>) New.made(New.OBJECTS, New.READERS, keys,
                values);
    }

    /** {@return one that makes longs} The code of each is its own, see {@link PrivateCopy}. */
    @SuppressWarnings("unchecked") // that is what its template implements
    static RowLoop<Visitor> ofLongs(IntegerField keys, IntegerField values) {
        return (RowLoop<Visitor>) New.made(New.LONGS, New.DECODERS, keys.decoder(), values.decoder());
    }

    /** How one is made. */
    final class New {
        private static final Lookup LOOKUP = MethodHandles.lookup();
        private static final PrivateCopy OBJECTS = PrivateCopy.of(LOOKUP, ObjectLoop.class);
        private static final PrivateCopy LONGS = PrivateCopy.of(LOOKUP, LongLoop.class);
        private static final MethodType READERS = MethodType.methodType(void.class, ValueReader.class,
                ValueReader.class);
        private static final MethodType DECODERS = MethodType.methodType(void.class, NumberDecoder.class,
                NumberDecoder.class);

        private New() {}

        private static RowLoop<?> made(PrivateCopy template, MethodType type, Object keys, Object values) {
            try {
                return (RowLoop<?>) template.constructor(type, RowLoop.class).invoke(keys, values);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new LinkageError("a constructor that throws nothing threw", e);
            }
        }
    }
}
