package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.Attachment;
import io.ebpf4j.LibbpfException;
import io.ebpf4j.attach.Order;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;

/**
 * An order as the kernel takes it.
 *
 * @param flags {@code BPF_F_BEFORE} and the like
 * @param link the number of the link it refers to, 0 for none
 */
record Place(int flags, int link) {
    /**
     * {@return an order}
     *
     * @param known a function of libbpf that came together with the order at such a place
     */
    static Place of(AttachCall call, Order order, String known) {
        return switch (order) {
            case Order.Anywhere() -> new Place(0, 0);
            case Order.First() -> new Place(Libbpf.BPF_F_BEFORE(), 0);
            case Order.Last() -> new Place(Libbpf.BPF_F_AFTER(), 0);
            case Order.Before(var other) -> relative(call, Libbpf.BPF_F_BEFORE(), other, known);
            case Order.After(var other) -> relative(call, Libbpf.BPF_F_AFTER(), other, known);
        };
    }

    private static Place relative(AttachCall call, int flag, Attachment other, String known) {
        int link = other.id().orElseThrow(() -> new IllegalArgumentException(
                call.where() + ": it cannot be ordered by " + other + ", for the kernel has no bpf_link for that"));
        if (!NativeLibrary.has(known)) {
            throw new LibbpfException(call.where() + ": libbpf " + NativeLibrary.version() + " (" + NativeLibrary
                    .location() + ") cannot order it by another: it has no function " + known
                    + "; install a newer libbpf, or use Order.first() or Order.last()");
        }
        return new Place(flag | Libbpf.BPF_F_ID() | Libbpf.BPF_F_LINK(), link);
    }
}
