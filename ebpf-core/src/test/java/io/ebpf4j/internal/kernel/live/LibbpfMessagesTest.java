package io.ebpf4j.internal.kernel.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.internal.kernel.live.LibbpfMessages.Rejected;
import io.ebpf4j.libbpf.LibbpfLog.Level;
import org.junit.jupiter.api.Test;

class LibbpfMessagesTest {
    private static LibbpfMessages of(String... warnings) {
        var messages = new LibbpfMessages();
        for (String warning : warnings) {
            messages.message(Level.WARN, warning);
        }
        return messages;
    }

    @Test
    void log_isAllBetweenItsMarks() {
        var messages = of("libbpf: prog 'f': BPF program load failed: Permission denied",
                "libbpf: prog 'f': -- BEGIN PROG LOAD LOG --\nfirst\n-- END PROG LOAD LOG -- of somebody else\nlast\n"
                        + "-- END PROG LOAD LOG --");
        assertThat(messages.rejected())
                .contains(new Rejected("f", "first\n-- END PROG LOAD LOG -- of somebody else\nlast\n"));
    }

    @Test
    void log_thatIsEmptyOrHasNoEnd_isNone() {
        assertThat(of("libbpf: prog 'f': -- BEGIN PROG LOAD LOG --\n-- END PROG LOAD LOG --").rejected()).isEmpty();
        assertThat(of("libbpf: prog 'f': -- BEGIN PROG LOAD LOG --\nwords").rejected()).isEmpty();
        assertThat(of("-- BEGIN PROG LOAD LOG --\nwords\n-- END PROG LOAD LOG --").rejected()).isEmpty();
        assertThat(of().rejected()).isEmpty();
    }

    @Test
    void summary_isOneLine_ofALogTheLastLine() {
        assertThat(of("libbpf: Error loading .BTF into kernel: -22.",
                "libbpf: -- BEGIN BTF LOAD LOG ---\nmagic: 0xeb9f\n[4] INT bad\n-- END BTF LOAD LOG --").summary())
                .isEqualTo("Error loading .BTF into kernel: -22.; -- BEGIN BTF LOAD LOG --- .. [4] INT bad");
        assertThat(of("libbpf: one\ntwo").summary()).isEqualTo("one .. two");
        assertThat(of().summary()).isEqualTo("libbpf gave no reason");
    }

    /** It guesses so on Linux 6.18 too, where no such limit counts. */
    @Test
    void guessOfLibbpf_isLeftOut() {
        assertThat(of("libbpf: permission error while running as root; try raising 'ulimit -l'? current value: 8.0 MiB",
                "libbpf: prog 'f': failed to load: -1").summary()).isEqualTo("prog 'f': failed to load: -1");
    }
}
