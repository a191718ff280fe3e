package io.ebpf4j.kernel;

import java.util.Objects;

/**
 * What the kernel tells of a link, that which keeps a function hooked: {@code struct bpf_link_info} of {@code linux/bpf.h}.
 * Linux 5.8.
 *
 * @param id by which the whole system knows it, as {@code bpftool link show id ..}
 * @param type its kind
 * @param typeId the kernel's number of that
 * @param functionId the id of the function; 0 for {@link LinkType#STRUCT_OPS}, which hooks a map of functions
 * @param target to what it is hooked; {@link LinkTarget.Untold} where this kernel does not tell
 */
public record LinkInfo(int id, LinkType type, int typeId, int functionId, LinkTarget target) {
    /** Checks that nothing is null. */
    public LinkInfo {
        Objects.requireNonNull(type);
        Objects.requireNonNull(target);
    }
}
