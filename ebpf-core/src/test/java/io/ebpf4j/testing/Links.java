package io.ebpf4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.Attachment;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_link_info;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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

    /** {@return the number of the program that a link runs} */
    public static int program(int id) {
        int descriptor = Libbpf.bpf_link_get_fd_by_id(id);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = bpf_link_info.allocate(arena);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) bpf_link_info.sizeof());
            assertThat(Libbpf.bpf_obj_get_info_by_fd(descriptor, info, length)).isZero();
            return bpf_link_info.prog_id(info);
        } finally {
            Descriptors.close(descriptor);
        }
    }

    /** {@return whether there is a program of this number} */
    public static boolean programExists(int id) {
        int descriptor = Libbpf.bpf_prog_get_fd_by_id(id);
        if (descriptor < 0) {
            return false;
        }
        Descriptors.close(descriptor);
        return true;
    }

    /** Closes an attachment, twice: the kernel knew its link, and does not any more. */
    public static void closes(Attachment attachment) {
        int id = attachment.id().orElseThrow();
        assertThat(exists(id)).as("link %d of %s", id, attachment).isTrue();
        attachment.close();
        attachment.close();
        assertThat(exists(id)).as("link %d of %s", id, attachment).isFalse();
        assertThat(attachment.isClosed()).isTrue();
        assertThatThrownBy(attachment::id).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the attachment of ").hasMessageEndingWith(" is closed");
    }
}
