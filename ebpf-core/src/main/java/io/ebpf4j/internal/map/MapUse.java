package io.ebpf4j.internal.map;

import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import java.util.Set;

/** Which kind of map is used how. */
public final class MapUse {
    private MapUse() {}

    /**
     * Checks that a map is of a kind.
     *
     * @param where how messages call the map
     * @param map the map
     * @param wanted what it is to be, as {@code a queue}
     * @param kinds which types are that
     * @throws IllegalArgumentException when it is not; says what else can be done with it
     */
    public static void require(String where, MapSpec map, String wanted, Set<MapType> kinds) {
        if (!kinds.contains(map.type())) {
            throw new IllegalArgumentException(where + ": is a " + map.type()
                    + (map.type() == MapType.UNKNOWN ? " (kind " + map.typeId() + " of the kernel)" : "") + ", not "
                    + wanted + "; " + advice(map.type(), map.name()));
        }
    }

    /**
     * {@return what can be done with a map}
     *
     * @param type its kind
     * @param name its name
     */
    public static String advice(MapType type, String name) {
        String map = "map(\"" + name + "\")";
        return switch (type) {
            case HASH, LRU_HASH -> "use hashMap(\"" + name + "\", ..), or " + map + ".asLongHash() for plain integers";
            case PERCPU_HASH, LRU_PERCPU_HASH, PERCPU_CGROUP_STORAGE -> "use " + map + ".asPerCpuHash(..)";
            case ARRAY -> "use " + map + ".asArray(..), or " + map + ".asLongArray() for plain integers";
            case PERCPU_ARRAY -> "use " + map + ".asPerCpuArray(..)";
            case LPM_TRIE -> "use " + map + ".asLpmTrie(..)";
            case QUEUE, STACK -> "use " + map + ".asQueue(..)";
            case BLOOM_FILTER -> "use " + map + ".asBloomFilter(..)";
            case STACK_TRACE -> "use " + map + ".asStackTraces()";
            case PROG_ARRAY -> "use " + map + ".asProgramArray()";
            case ARRAY_OF_MAPS, HASH_OF_MAPS -> "use " + map + ".asMapOfMaps(..)";
            case DEVMAP, DEVMAP_HASH, CPUMAP, CGROUP_STORAGE -> "use " + map + ".asHash(..)";
            case SOCKMAP, SOCKHASH, XSKMAP, REUSEPORT_SOCKARRAY, CGROUP_ARRAY -> "use " + map + ".asDescriptors(..)";
            case SK_STORAGE, TASK_STORAGE, INODE_STORAGE, CGRP_STORAGE -> "use " + map + ".asStorage(..)";
            case RINGBUF -> "use ringBuffer(\"" + name + "\", ..)";
            case USER_RINGBUF -> "use userRing(\"" + name + "\", ..)";
            case PERF_EVENT_ARRAY -> "use perfBuffer(\"" + name + "\", ..)";
            case STRUCT_OPS -> "use attachStructOps(\"" + name + "\")";
            case ARENA, INSN_ARRAY, UNKNOWN -> "this version has no view of such a map";
        };
    }
}
