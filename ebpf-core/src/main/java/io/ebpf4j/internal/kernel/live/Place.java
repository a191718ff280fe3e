package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.attach.Order;
import io.ebpf4j.libbpf.gen.Libbpf;

/**
 * An order as the kernel takes it.
 *
 * @param flags {@code BPF_F_BEFORE} and the like
 * @param link the number of the link it refers to, 0 for none
 */
record Place(int flags, int link) {
    static Place of(Order order) {
        return switch (order) {
            case Order.Anywhere() -> new Place(0, 0);
            case Order.First() -> new Place(Libbpf.BPF_F_BEFORE(), 0);
            case Order.Last() -> new Place(Libbpf.BPF_F_AFTER(), 0);
            case Order.Before(var other) -> relative(Libbpf.BPF_F_BEFORE(), other.id().orElse(0));
            case Order.After(var other) -> relative(Libbpf.BPF_F_AFTER(), other.id().orElse(0));
        };
    }

    private static Place relative(int flag, int link) {
        if (link == 0) {
            throw new IllegalArgumentException("what it shall be next to has no number: the kernel has no link for it");
        }
        return new Place(flag | Libbpf.BPF_F_ID() | Libbpf.BPF_F_LINK(), link);
    }
}
