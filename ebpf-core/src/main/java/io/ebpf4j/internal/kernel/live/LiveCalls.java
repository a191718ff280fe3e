package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.MapSpec;
import io.ebpf4j.internal.kernel.MapCalls;
import io.ebpf4j.internal.kernel.WalkProgram;
import io.ebpf4j.internal.kernel.live.walk.LiveWalk;
import io.ebpf4j.libbpf.LibbpfLog;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.lang.foreign.MemorySegment;

/**
 * The calls of a map of the running kernel, by libbpf.
 *
 * @param fd the map, owned by libbpf
 */
record LiveCalls(int fd) implements MapCalls {
    @Override
    public int lookup(MemorySegment key, MemorySegment value, long flags) {
        return flags == 0
                ? Libbpf.bpf_map_lookup_elem(fd, key, value)
                : Libbpf.bpf_map_lookup_elem_flags(fd, key, value, flags);
    }

    @Override
    public int update(MemorySegment key, MemorySegment value, long flags) {
        return Libbpf.bpf_map_update_elem(fd, key, value, flags);
    }

    @Override
    public int delete(MemorySegment key) {
        return Libbpf.bpf_map_delete_elem(fd, key);
    }

    @Override
    public int lookupAndDelete(MemorySegment key, MemorySegment value) {
        return Libbpf.bpf_map_lookup_and_delete_elem(fd, key, value);
    }

    @Override
    public int nextKey(MemorySegment key, MemorySegment next) {
        return Libbpf.bpf_map_get_next_key(fd, key, next);
    }

    @Override
    public int lookupBatch(MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values,
            MemorySegment count) {
        return Libbpf.bpf_map_lookup_batch(fd, from, to, keys, values, count, MemorySegment.NULL);
    }

    @Override
    public int lookupAndDeleteBatch(MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values,
            MemorySegment count) {
        return Libbpf.bpf_map_lookup_and_delete_batch(fd, from, to, keys, values, count, MemorySegment.NULL);
    }

    @Override
    public int updateBatch(MemorySegment keys, MemorySegment values, MemorySegment count) {
        return Libbpf.bpf_map_update_batch(fd, keys, values, count, MemorySegment.NULL);
    }

    @Override
    public int deleteBatch(MemorySegment keys, MemorySegment count) {
        return Libbpf.bpf_map_delete_batch(fd, keys, count, MemorySegment.NULL);
    }

    @Override
    public WalkProgram walkProgram(String where, MapSpec map, int valueSize, long maxEntries) {
        int stride = Math.ceilDiv(map.valueSize(), Long.BYTES) * Long.BYTES;
        return OwnStack.call(() -> {
            try (var _ = LibbpfLog.capture(LibbpfLog.Level.WARN, new LibbpfMessages())) {
                return LiveWalk.open(where, map, fd, stride == 0 ? 0 : valueSize / stride, maxEntries);
            }
        });
    }
}
