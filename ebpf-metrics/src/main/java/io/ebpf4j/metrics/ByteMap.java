package io.ebpf4j.metrics;

import java.lang.foreign.MemorySegment;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A hash table whose keys are bytes in some memory: finding one copies and allocates nothing. Linear probing, at most
 * half full. For one thread at a time.
 *
 * @param <V> what is kept
 */
final class ByteMap<V> {
    private static final int SMALLEST = 16;

    private record Entry<V>(int hash, MemorySegment key, V value) {}

    private final Spans spans;
    private @Nullable Entry<V>[] table = table(SMALLEST);
    private int size;

    ByteMap(Spans spans) {
        this.spans = spans;
    }

    int size() {
        return size;
    }

    @Nullable
    V get(MemorySegment memory, long offset) {
        int hash = spans.hash(memory, offset);
        @Nullable
        Entry<V>[] entries = table;
        for (int i = hash & (entries.length - 1);; i = (i + 1) & (entries.length - 1)) {
            Entry<V> entry = entries[i];
            if (entry == null) {
                return null;
            }
            if (entry.hash == hash && spans.matches(entry.key, memory, offset)) {
                return entry.value;
            }
        }
    }

    /** Adds a key that {@link #get} did not find. */
    void add(MemorySegment memory, long offset, V value) {
        if (size + 1 > table.length / 2) {
            rebuild(table.length * 2, _ -> true);
        }
        place(table, new Entry<>(spans.hash(memory, offset), spans.copy(memory, offset), value));
        size++;
    }

    void keepIf(Predicate<V> condition) {
        rebuild(table.length, condition);
    }

    void clear() {
        table = table(SMALLEST);
        size = 0;
    }

    private void rebuild(int capacity, Predicate<V> condition) {
        @Nullable
        Entry<V>[] rebuilt = table(capacity);
        int kept = 0;
        for (Entry<V> entry : table) {
            if (entry != null && condition.test(entry.value)) {
                place(rebuilt, entry);
                kept++;
            }
        }
        // Only now, so that what fails meanwhile loses no key.
        table = rebuilt;
        size = kept;
    }

    private static <V> void place(@Nullable Entry<V>[] entries, Entry<V> entry) {
        int i = entry.hash & (entries.length - 1);
        while (entries[i] != null) {
            i = (i + 1) & (entries.length - 1);
        }
        entries[i] = entry;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <V> @Nullable Entry<V>[] table(int capacity) {
        return new Entry[capacity];
    }
}
