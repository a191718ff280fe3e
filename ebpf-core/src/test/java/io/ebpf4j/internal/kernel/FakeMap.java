package io.ebpf4j.internal.kernel;

import io.ebpf4j.libbpf.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A hash that behaves as the kernel's does by bpf(2), and refuses what a test tells it to. */
public class FakeMap implements MapCalls {
    public final TreeMap<ByteBuffer, byte[]> rows = new TreeMap<>();
    /** What was called, in order, as {@code lookupBatch 512}. */
    public final List<String> calls = new ArrayList<>();
    public int keySize = 4;
    public int valueSize = 8;
    public long maxEntries = 100_000;
    public boolean batches = true;
    public boolean takes = true;
    /** How many rows stand in one bucket, and so are copied together or not at all. */
    public int bucket = 1;

    public void put(int key, long value) {
        rows.put(bytes(key), ByteBuffer.allocate(valueSize).order(ByteOrder.nativeOrder()).putLong(0, value)
                .array());
    }

    public ByteBuffer bytes(int key) {
        // By this order the walk goes on, not by the number.
        return ByteBuffer.allocate(keySize).order(ByteOrder.nativeOrder()).putInt(0, key);
    }

    private ByteBuffer key(MemorySegment key, long at) {
        return ByteBuffer.wrap(key.asSlice(at * keySize, keySize).toArray(ValueLayout.JAVA_BYTE));
    }

    private byte[] value(MemorySegment value, long at) {
        return value.asSlice(at * valueSize, valueSize).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public int lookup(MemorySegment key, MemorySegment value, long flags) {
        byte[] found = rows.get(key(key, 0));
        if (found == null) {
            return -Errno.ENOENT;
        }
        MemorySegment.copy(found, 0, value, ValueLayout.JAVA_BYTE, 0, valueSize);
        return 0;
    }

    @Override
    public int update(MemorySegment key, MemorySegment value, long flags) {
        calls.add("update");
        boolean there = rows.containsKey(key(key, 0));
        if (there && flags == Table.NO_EXIST) {
            return -Errno.EEXIST;
        }
        if (!there && flags == Table.EXIST) {
            return -Errno.ENOENT;
        }
        if (!there && rows.size() >= maxEntries) {
            return -Errno.E2BIG;
        }
        rows.put(key(key, 0), value(value, 0));
        return 0;
    }

    @Override
    public int delete(MemorySegment key) {
        calls.add("delete");
        return rows.remove(key(key, 0)) == null ? -Errno.ENOENT : 0;
    }

    @Override
    public int lookupAndDelete(MemorySegment key, MemorySegment value) {
        calls.add("lookupAndDelete");
        if (!takes) {
            return -Errno.ENOTSUPP;
        }
        int found = lookup(key, value, 0);
        rows.remove(key(key, 0));
        return found;
    }

    @Override
    public int nextKey(MemorySegment key, MemorySegment next) {
        ByteBuffer following = key.address() == 0 || !rows.containsKey(key(key, 0))
                ? rows.isEmpty() ? null : rows.firstKey()
                : rows.higherKey(key(key, 0));
        if (following == null) {
            return -Errno.ENOENT;
        }
        MemorySegment.copy(MemorySegment.ofBuffer(following), 0, next, 0, keySize);
        return 0;
    }

    /** {@return what a batch call is to return instead of working; 1 for nothing} */
    public int refusal(String call, int place) {
        return 1;
    }

    @Override
    public int lookupBatch(MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values,
            MemorySegment count) {
        return copy("lookupBatch", from, to, keys, values, count);
    }

    @Override
    public int lookupAndDeleteBatch(MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values,
            MemorySegment count) {
        return copy("lookupAndDeleteBatch", from, to, keys, values, count);
    }

    private int copy(String call, MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values,
            MemorySegment count) {
        int room = count.get(ValueLayout.JAVA_INT, 0);
        calls.add(call + ' ' + room);
        if (to.byteSize() < 4) {
            throw new AssertionError("the kernel writes 4 bytes into a cursor of " + to.byteSize());
        }
        int place = from.address() == 0 ? 0 : from.get(ValueLayout.JAVA_INT, 0);
        count.set(ValueLayout.JAVA_INT, 0, 0);
        int refused = refusal(call, place);
        if (refused != 1) {
            return refused;
        }
        if (!batches) {
            return -Errno.EINVAL;
        }
        List<Map.Entry<ByteBuffer, byte[]>> all = List.copyOf(rows.entrySet());
        boolean deletes = call.equals("lookupAndDeleteBatch");
        int at = deletes ? 0 : place;
        int read = 0;
        while (at < all.size() && Math.min(bucket, all.size() - at) <= room - read) {
            for (int end = Math.min(at + bucket, all.size()); at < end; at++, read++) {
                MemorySegment.copy(MemorySegment.ofBuffer(all.get(at).getKey()), 0, keys,
                        (long) read * keySize, keySize);
                MemorySegment.copy(all.get(at).getValue(), 0, values, ValueLayout.JAVA_BYTE,
                        (long) read * valueSize, valueSize);
                if (deletes) {
                    rows.remove(all.get(at).getKey());
                }
            }
        }
        count.set(ValueLayout.JAVA_INT, 0, read);
        to.set(ValueLayout.JAVA_INT, 0, at);
        return at == all.size() ? -Errno.ENOENT : read == 0 ? -Errno.ENOSPC : 0;
    }

    @Override
    public int updateBatch(MemorySegment keys, MemorySegment values, MemorySegment count) {
        int rowsGiven = count.get(ValueLayout.JAVA_INT, 0);
        calls.add("updateBatch " + rowsGiven);
        if (!batches) {
            return -Errno.ENOTSUPP; // and the count stays
        }
        count.set(ValueLayout.JAVA_INT, 0, 0);
        for (int i = 0; i < rowsGiven; i++) {
            ByteBuffer key = key(keys, i);
            if (!rows.containsKey(key) && rows.size() >= maxEntries) {
                return -Errno.E2BIG;
            }
            rows.put(key, value(values, i));
            count.set(ValueLayout.JAVA_INT, 0, i + 1);
        }
        return 0;
    }

    @Override
    public int deleteBatch(MemorySegment keys, MemorySegment count) {
        int rowsGiven = count.get(ValueLayout.JAVA_INT, 0);
        calls.add("deleteBatch " + rowsGiven);
        if (!batches) {
            return -Errno.EINVAL;
        }
        count.set(ValueLayout.JAVA_INT, 0, 0);
        for (int i = 0; i < rowsGiven; i++) {
            if (rows.remove(key(keys, i)) == null) {
                return -Errno.ENOENT;
            }
            count.set(ValueLayout.JAVA_INT, 0, i + 1);
        }
        return 0;
    }
}
