package io.ebpf4j;

import io.ebpf4j.internal.map.Cells;
import io.ebpf4j.internal.map.Codec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.ObjIntConsumer;

/**
 * The values of an array in the kernel, as objects. All are always there, zero at first. Thread-safe; valid until its
 * program closes.
 *
 * <p>An ARRAY that is declared with {@code __uint(map_flags, BPF_F_MMAPABLE)} is in memory that this process shares with the
 * kernel (Linux 5.5): no system call reads or writes it. Values of up to 8 bytes go in one go there, all else piece by
 * piece, while functions in the kernel may write it too. Any other is read and written by a system call each, and all of it in
 * batches (Linux 5.13).
 *
 * <p>Besides what each method says, all throw {@link MapAccessException} when the kernel refuses;
 * {@link IndexOutOfBoundsException} for an index that the array does not have; {@link IllegalStateException} once the program
 * is closed.
 *
 * @param <V> what a value becomes; of a PERCPU_ARRAY a {@link PerCpu}
 */
public final class ArrayMapView<V> {
    private final Cells cells;
    private final Codec<V> values;

    ArrayMapView(Cells cells, Codec<V> values) {
        this.cells = cells;
        this.values = values;
    }

    /** {@return how many values there are} */
    public int length() {
        return cells.length();
    }

    /** {@return whether the values are in memory that is shared with the kernel, so that no system call is made} */
    public boolean isShared() {
        return cells.shared().isPresent();
    }

    /**
     * {@return a value; null for a number that the Java enum it should become has no constant for}
     *
     * @param index from 0 on
     */
    public V get(int index) {
        return cells.get(index, values.reader());
    }

    /**
     * Writes a value. In shared memory its padding stays as it is, else it becomes zero.
     *
     * @param index from 0 on
     * @param value what it is to be
     * @throws IllegalArgumentException when it does not fit the C type
     * @throws UnsupportedOperationException when the program is a replay, or the record has no component for some field
     */
    public void set(int index, V value) {
        cells.set(index, Objects.requireNonNull(value, "value"), values.writer());
    }

    /**
     * Visits all values.
     *
     * @param visitor takes value and index; what it throws ends the visit
     */
    public void forEach(ObjIntConsumer<? super V> visitor) {
        Objects.requireNonNull(visitor, "visitor");
        cells.forEach((keyMemory, keyOffset, valueMemory, valueOffset) -> visitor
                .accept(values.reader().read(valueMemory, valueOffset), cells.index(keyMemory, keyOffset)));
    }

    /** {@return all values as they are now, by their indexes} */
    public List<V> toList() {
        List<V> result = new ArrayList<>(cells.length());
        forEach((value, index) -> result.add(value));
        return Collections.unmodifiableList(result); // List.copyOf takes no null, which a Java enum may be
    }
}
