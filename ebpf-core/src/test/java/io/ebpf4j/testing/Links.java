package io.ebpf4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.Attachment;
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
