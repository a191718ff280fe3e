package io.ebpf4j.attach;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.PrivilegeException;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Hits;
import io.ebpf4j.testing.Hits.Hit;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is checked against the kernel's types when it is loaded; where the kernel cannot, what is said then. */
@Live
class TraceLiveTest {
    private static final Path COMM = Path.of("/proc/thread-self/comm");
    /** Without kprobes nobody may change what the kernel's functions do: function error injection is built on them. */
    private static final boolean TRAMPOLINES = Kernels.has("CONFIG_KPROBES")
            && Kernels.has("CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS") && Kernels.has("CONFIG_DEBUG_INFO_BTF");
    private static final boolean LSM = TRAMPOLINES && Kernels.says(Path.of("/sys/kernel/security/lsm"))
            .filter(names -> names.contains("bpf")).isPresent();
    private static final int LENGTH = Events.threadName().length();

    @TempDir
    Path folder;

    @Test
    void tpBtf_counts() throws Exception {
        countedOrRefused("tp_btf", Kernels.has("CONFIG_DEBUG_INFO_BTF"), "on_tp_btf", Trace.loadedFor(),
                Events::rename, Hits.own(1, 0, 0));
    }

    @Test
    void fentry_countsWithArgumentsAndCookie() throws Exception {
        countedOrRefused("fentry", TRAMPOLINES, "on_fentry", new Trace(31), Events::rename, Hits.own(2, 31, LENGTH));
    }

    @Test
    void fexit_countsWithReturnValue() throws Exception {
        countedOrRefused("fexit", TRAMPOLINES, "on_fexit", new Trace(32), Events::rename, Hits.own(3, 32, LENGTH));
    }

    @Test
    void fmodRet_changesWhatTheKernelDoes() throws Exception {
        countedOrRefused("fmod_ret", TRAMPOLINES, "on_fmod_ret", new Trace(33), () -> mkdir("refused!"),
                Hits.own(4, 33, 0));
    }

    @Test
    void lsm_decides() throws Exception {
        countedOrRefused("lsm", LSM, "on_lsm", Trace.loadedFor(), () -> mkdir("refused!"), Hits.own(5, 0, 0));
    }

    private static void countedOrRefused(String kind, boolean possible, String function, AttachTarget target,
            Runnable event, Hit... expected) throws Exception {
        if (possible) {
            AttachReport.passes(kind, () -> {
                try (var program = Hits.load("attach_btf", function)) {
                    Hits.assertCounted(program, () -> program.function(function).attach(target), event, expected);
                }
            });
            return;
        }
        PrivilegeException thrown = AttachReport.refused(kind, PrivilegeException.class, () -> {
            try (var program = Hits.load("attach_btf", function)) {
                program.function(function).attach(target);
            }
        });
        assertThat(thrown).hasMessageStartingWith("attach_btf: the kernel does not let this process load function '"
                + function + "', SEC(\"").hasMessageNotContaining("\n");
        assertThat(thrown.missing()).isEmpty();
    }

    /** Makes a directory, or is refused that, under a name of the thread. */
    private void mkdir(String thread) {
        String before = Events.threadName();
        Path made = folder.resolve("made");
        name(thread);
        try {
            Files.createDirectory(made);
            Files.delete(made);
        } catch (AccessDeniedException e) {
            assertThat(made).doesNotExist();
        } catch (FileSystemException e) {
            assertThat(e).hasMessageContaining("Operation not permitted");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            name(before);
        }
    }

    private static void name(String thread) {
        try {
            Files.writeString(COMM, thread);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
