package io.ebpf4j.testing;

import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.gen.Libbpf;

/** What the kernel says of {@code bpf_link}s. */
public final class Links {
    private Links() {}

    /** {@return whether there is one of this number} */
    public static boolean exists(int id) {
        int descriptor = Libbpf.bpf_link_get_fd_by_id(id);
        if (descriptor < 0) {
            return false;
        }
        Descriptors.close(descriptor);
        return true;
    }
}
