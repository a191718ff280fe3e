package io.ebpf4j.internal.diagnose;

import java.util.List;
import java.util.Optional;

/** What the running kernel calls the members of its structs. */
@FunctionalInterface
public interface KernelTypes {
    /** A kernel of which nothing is known. */
    KernelTypes UNKNOWN = _ -> Optional.empty();

    /**
     * {@return the names of a type's members, those within anonymous ones too; nothing when the kernel has no such type, an
     * empty list when its types cannot be read}
     */
    Optional<List<String>> members(String type);
}
