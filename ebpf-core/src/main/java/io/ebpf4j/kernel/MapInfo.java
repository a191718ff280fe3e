package io.ebpf4j.kernel;

import io.ebpf4j.MapType;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the kernel tells of a map: {@code struct bpf_map_info} of {@code linux/bpf.h}, and what it adds in
 * {@code /proc/self/fdinfo}.
 *
 * @param id by which the whole system knows it, as {@code bpftool map show id ..}
 * @param name the C variable's, cut to 15 characters
 * @param type its kind
 * @param typeId the kernel's number of that
 * @param keySize in bytes
 * @param valueSize in bytes, of one CPU's value where each has its own
 * @param maxEntries how many rows it has room for; of a ring, its bytes
 * @param flags {@code BPF_F_..} that it was created with
 * @param extra what {@code map_extra} means to its kind; 0 before Linux 5.16
 * @param btfId its types, by id; empty if it was created without
 * @param keyTypeId the type of its keys among them; empty if it has none
 * @param valueTypeId the type of its values among them; empty if it has none
 * @param frozen whether user space can no longer write to it
 * @param memoryBytes what it takes of the kernel's memory; empty where the kernel does not tell
 */
public record MapInfo(int id, String name, MapType type, int typeId, int keySize, int valueSize, long maxEntries,
        int flags,
        long extra, OptionalInt btfId, OptionalInt keyTypeId, OptionalInt valueTypeId, boolean frozen,
        OptionalLong memoryBytes) {
    /** Checks that nothing is null. */
    public MapInfo {
        Objects.requireNonNull(name);
        Objects.requireNonNull(type);
    }
}
