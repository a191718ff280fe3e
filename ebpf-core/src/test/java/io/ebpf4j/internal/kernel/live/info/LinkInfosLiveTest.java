package io.ebpf4j.internal.kernel.live.info;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.AttachType;
import io.ebpf4j.KernelBtf;
import io.ebpf4j.SectionKind;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.kernel.KernelFeatures;
import io.ebpf4j.kernel.LinkInfo;
import io.ebpf4j.kernel.LinkTarget;
import io.ebpf4j.kernel.LinkType;
import io.ebpf4j.kernel.Support;
import io.ebpf4j.libbpf.NativeSymbols;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.libbpf.gen.bpf_uprobe_opts;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Links of several kinds, made by the functions of {@code info_links.bpf.c}. */
@Live
class LinkInfosLiveTest {
    private static final String RELEASE = System.getProperty("os.version");

    private static LoadedProbes probes;

    @BeforeAll
    static void load() {
        RunningKernel.require("test");
        probes = LoadedProbes.load("info_links");
    }

    @AfterAll
    static void unload() {
        probes.close();
    }

    @Test
    void tracepoint_isNamed_sinceLinux66() {
        LinkInfo info = LinkInfos.of(probes.attach("links_tp"), "it");
        assertThat(info.type()).isEqualTo(LinkType.PERF_EVENT);
        assertThat(info.target()).isEqualTo(
                tellsPerfEvents() ? new LinkTarget.Tracepoint("sched_process_exit") : new LinkTarget.Untold());
    }

    @Test
    void uprobe_hasPathAndOffset_sinceLinux66() {
        LinkInfo info = LinkInfos.of(probes.attach("links_uprobe", (program, arena) -> {
            var options = bpf_uprobe_opts.allocate(arena);
            bpf_uprobe_opts.sz(options, bpf_uprobe_opts.sizeof());
            bpf_uprobe_opts.func_name(options, arena.allocateFrom("getppid"));
            bpf_uprobe_opts.retprobe(options, true);
            return Libbpf.bpf_program__attach_uprobe_opts(program, (int) ProcessHandle.current().pid(),
                    arena.allocateFrom("libc.so.6"), 0, options);
        }), "it");
        assertThat(info.type()).isEqualTo(LinkType.PERF_EVENT);
        if (tellsPerfEvents()) {
            assertThat(info.target()).isInstanceOfSatisfying(LinkTarget.FilePlace.class, place -> {
                assertThat(place.path()).endsWith("/libc.so.6");
                assertThat(place.offset()).isPositive();
                assertThat(place.atReturn()).isTrue();
            });
        } else {
            assertThat(info.target()).isEqualTo(new LinkTarget.Untold());
        }
    }

    /** Where the kernel makes no such events, that is what we say of it, and there is no link to describe. */
    @Test
    void kprobe_isNamed_sinceLinux66() {
        Support kprobes = KernelFeatures.ofThisKernel().attach(SectionKind.of("kprobe").orElseThrow());
        if (kprobes instanceof Support.Unsupported no) {
            assertThat(no.reason()).contains("CONFIG_KPROBE_EVENTS=y");
            return;
        }
        LinkInfo info = LinkInfos.of(probes.attach("links_kprobe", (program, arena) -> Libbpf
                .bpf_program__attach_kprobe(program, false, arena.allocateFrom("bpf_fentry_test1"))), "it");
        assertThat(info.type()).isEqualTo(LinkType.PERF_EVENT);
        assertThat(info.target()).isEqualTo(tellsPerfEvents()
                ? new LinkTarget.KernelFunction("bpf_fentry_test1", 0, false, 0)
                : new LinkTarget.Untold());
    }

    /** Where a policy forbids it, that is what we say of it, and there is no link to describe. */
    @Test
    void fentry_isToldByTypes() {
        if (KernelFeatures.ofThisKernel().attach(AttachType.TRACE_FENTRY) instanceof Support.Unknown unknown) {
            assertThat(unknown.cause()).contains("EPERM", "policy");
            return;
        }
        try (var fentry = LoadedProbes.load("info_fentry")) {
            LinkInfo info = LinkInfos.of(fentry.attach("links_fentry"), "it");
            assertThat(info.type()).isEqualTo(LinkType.TRACING);
            assertThat(info.target()).isInstanceOfSatisfying(LinkTarget.TypedFunction.class, function -> {
                assertThat(function.attachType()).isEqualTo(AttachType.TRACE_FENTRY);
                try (KernelBtf kernel = KernelBtf.open()) {
                    assertThat(kernel.vmlinux().type(function.typeId())).isInstanceOfSatisfying(BtfType.Func.class,
                            type -> assertThat(type.name()).isEqualTo("bpf_fentry_test1"));
                }
            });
        }
    }

    @Test
    void iterator_saysWhatItGoesThrough() {
        LinkInfo info = LinkInfos.of(probes.attach("links_iter"), "it");
        assertThat(info.type()).isEqualTo(LinkType.ITER);
        assertThat(info.target()).isEqualTo(new LinkTarget.Iterator("bpf_map"));
        assertThat(info.functionId()).isEqualTo(FunctionInfos.of(probes.function("links_iter"), "it").id());
    }

    @Test
    void cgroup_isToldByItsInode() throws IOException {
        Path root = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))
                ? Path.of("/sys/fs/cgroup")
                : Path.of("/sys/fs/cgroup/unified");
        Path cgroup = Files.createTempDirectory(root, "ebpf4j");
        int directory = open(cgroup);
        try (var own = LoadedProbes.load("info_links")) {
            LinkInfo info = LinkInfos.of(own.attach("links_egress",
                    (program, _) -> Libbpf.bpf_program__attach_cgroup(program, directory)), "it");
            assertThat(info.type()).isEqualTo(LinkType.CGROUP);
            long inode = (long) Files.getAttribute(cgroup, "unix:ino");
            assertThat(info.target()).isEqualTo(new LinkTarget.Cgroup(inode, AttachType.CGROUP_INET_EGRESS));
        } finally {
            Libc.close(directory);
            Files.delete(cgroup);
        }
    }

    /** Java opens no directories. */
    private static int open(Path directory) {
        var open = NativeSymbols.libc("open",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) open.invokeExact(NativeSymbols.errnoState(), arena.allocateFrom(directory.toString()), 0);
            assertThat(fd).isNotNegative();
            return fd;
        } catch (Throwable e) {
            throw new AssertionError(directory + " cannot be opened", e);
        }
    }

    private static boolean tellsPerfEvents() {
        String[] parts = RELEASE.split("[^0-9]+", 3);
        return Integer.parseInt(parts[0]) * 100 + Integer.parseInt(parts[1]) >= 606;
    }
}
