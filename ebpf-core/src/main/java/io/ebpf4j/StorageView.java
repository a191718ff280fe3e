package io.ebpf4j;

import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.map.Rows;
import java.util.Optional;

/**
 * Values that are kept with something else, and go with it: a socket (SK_STORAGE, Linux 5.2), a file (INODE_STORAGE, 5.10), a
 * task (TASK_STORAGE, 5.11), a control group (CGRP_STORAGE, 6.2). Thread-safe; valid until its program closes. The key is a
 * file descriptor of that thing: of a socket, a file, a {@code pidfd}, the folder of a control group. The kernel cannot list
 * them; an iterator ({@code SEC("iter/bpf_sk_storage_map")}) can.
 *
 * <p>Errors are as {@link HashMapView} says.
 *
 * @param <V> what a value becomes
 */
public final class StorageView<V> {
    private final Rows<Integer, V> rows;

    StorageView(Rows<Integer, V> rows) {
        this.rows = rows;
    }

    /**
     * {@return the value that is kept with something, empty when there is none}
     *
     * @param descriptor of that; it stays the caller's
     */
    public Optional<V> get(int descriptor) {
        return Optional.ofNullable(rows.get(descriptor));
    }

    /**
     * Keeps a value with something, in the place of one that may be there.
     *
     * @param descriptor of that; it stays the caller's
     * @param value the value
     */
    public void put(int descriptor, V value) {
        rows.update(descriptor, value, 0);
    }

    /**
     * Keeps a value with something that has none yet.
     *
     * @param descriptor of that; it stays the caller's
     * @param value the value
     * @return whether it had none
     */
    public boolean putIfAbsent(int descriptor, V value) {
        return rows.update(descriptor, value, Table.NO_EXIST);
    }

    /**
     * Removes the value that is kept with something.
     *
     * @param descriptor of that; it stays the caller's
     * @return whether it had one
     */
    public boolean remove(int descriptor) {
        return rows.remove(descriptor);
    }
}
