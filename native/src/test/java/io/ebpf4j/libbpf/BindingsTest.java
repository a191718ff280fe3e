package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.libbpf.NativeUnavailableException.Reason;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.libbpf.gen.bpf_link_create_opts;
import io.ebpf4j.libbpf.gen.bpf_link_info;
import io.ebpf4j.libbpf.gen.bpf_map_batch_opts;
import io.ebpf4j.libbpf.gen.bpf_object_open_opts;
import io.ebpf4j.libbpf.gen.bpf_prog_info;
import io.ebpf4j.libbpf.gen.bpf_prog_load_opts;
import io.ebpf4j.libbpf.gen.bpf_test_run_opts;
import io.ebpf4j.libbpf.gen.bpf_uprobe_multi_opts;
import io.ebpf4j.libbpf.gen.perf_event_attr;
import io.ebpf4j.libbpf.gen.sockaddr_in6;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The generated classes against the include lists and against the libbpf that is installed. */
class BindingsTest {

    /** In the bindings, not in the libbpf 1.1 of Debian 12. */
    private static final Set<String> MISSING_IN_1_1 = Set.of("bpf_link__update_map", "bpf_map__autoattach",
            "bpf_map__set_autoattach", "bpf_obj_pin_opts", "bpf_object__prepare", "bpf_object__token_fd",
            "bpf_prog_detach_opts", "bpf_prog_stream_read", "bpf_program__assoc_struct_ops",
            "bpf_program__attach_cgroup_opts", "bpf_program__attach_netfilter", "bpf_program__attach_netkit",
            "bpf_program__attach_raw_tracepoint_opts", "bpf_program__attach_sockmap", "bpf_program__attach_tcx",
            "bpf_program__attach_tracing_multi", "bpf_program__attach_uprobe_multi", "bpf_program__clone",
            "bpf_token_create", "libbpf_set_memlock_rlim");

    @Test
    void generated_namesOfIncludeLists_exactly() throws IOException {
        assertThat(methods(Libbpf.class)).isEqualTo(included("libbpf.includes", "function", "constant"));
        assertThat(methods(Libc.class)).isEqualTo(included("libc.includes", "function", "constant"));
    }

    @Test
    void generated_functionVersions_areOfIncludedFunctions() throws IOException {
        assertThat(included("libbpf.includes", "function")).containsAll(FunctionVersions.SINCE.keySet());
    }

    @Test
    @RequiresLibbpf
    void installed_lackingFunctions_areThoseOfNewerVersions() throws IOException {
        Set<String> missing = included("libbpf.includes", "function");
        missing.removeIf(NativeLibrary::has);

        int minor = minor(NativeLibrary.version());
        Set<String> newer = FunctionVersions.SINCE.entrySet().stream().filter(entry -> minor(entry.getValue()) > minor)
                .map(Map.Entry::getKey).collect(Collectors.toSet());
        assertThat(missing).isEqualTo(newer);
        if (minor == 1) {
            assertThat(missing).isEqualTo(MISSING_IN_1_1);
        }
    }

    @Test
    @RequiresLibbpf
    void call_ofLackingFunction_namesItAndItsVersionEachTime() throws IllegalAccessException {
        for (String name : FunctionVersions.SINCE.keySet()) {
            if (NativeLibrary.has(name)) {
                continue;
            }
            Method function = Arrays.stream(Libbpf.class.getMethods()).filter(method -> method.getName().equals(name))
                    .findFirst().orElseThrow();
            Object[] zeros = Arrays.stream(function.getParameterTypes()).map(BindingsTest::zero).toArray();
            for (int i = 0; i < 2; i++) {
                try {
                    function.invoke(null, zeros);
                    throw new AssertionError(name + " is there");
                } catch (InvocationTargetException e) {
                    assertThat(e.getCause()).isInstanceOfSatisfying(NativeUnavailableException.class,
                            cause -> assertThat(cause.reason()).isEqualTo(Reason.MISSING_FUNCTION))
                            .hasMessageStartingWith(
                                    "libbpf %s (%s) has no function %s: it came with libbpf %s;".formatted(
                                            NativeLibrary.version(), NativeLibrary.location(), name,
                                            FunctionVersions.SINCE.get(name)));
                }
            }
        }
    }

    @Test
    @RequiresLibbpf
    void handle_ofUnknownFunction_throwsWhenCalled() {
        MethodHandle handle = NativeSymbols.libbpf("bpf_object__open_sesame",
                FunctionDescriptor.of(ValueLayout.JAVA_INT));

        assertThatThrownBy(() -> {
            int ignored = (int) handle.invokeExact(NativeSymbols.errnoState());
        }).isInstanceOf(NativeUnavailableException.class)
                .hasMessageContaining(" has no function bpf_object__open_sesame: install a newer libbpf");
    }

    // The numbers are those of linux/bpf.h, which never change.
    @Test
    void constants_ofKernel_haveTheirNumbers() {
        assertThat(Libbpf.BPF_MAP_TYPE_HASH()).isEqualTo(1);
        assertThat(Libbpf.BPF_MAP_TYPE_RINGBUF()).isEqualTo(27);
        assertThat(Libbpf.BPF_MAP_TYPE_ARENA()).isEqualTo(33);
        assertThat(Libbpf.BPF_PROG_TYPE_TRACING()).isEqualTo(26);
        assertThat(Libbpf.BPF_TCX_INGRESS()).isEqualTo(46);
        assertThat(Libbpf.BPF_TRACE_UPROBE_MULTI()).isEqualTo(48);
        assertThat(Libbpf.BPF_NETKIT_PRIMARY()).isEqualTo(54);
        assertThat(Libbpf.BPF_F_MMAPABLE()).isEqualTo(1 << 10);
        assertThat(Libbpf.BPF_RINGBUF_BUSY_BIT()).isEqualTo(1 << 31);
        assertThat(Libbpf.BPF_RINGBUF_DISCARD_BIT()).isEqualTo(1 << 30);
        assertThat(Libbpf.BPF_RINGBUF_HDR_SZ()).isEqualTo(8);
        assertThat(Libbpf.XDP_FLAGS_SKB_MODE()).isEqualTo(2);
        assertThat(Libbpf.BPF_LINK_TYPE_UPROBE_MULTI()).isEqualTo(12);
        assertThat(Libbpf.BPF_TRACE_FSESSION_MULTI()).isEqualTo(61);
        assertThat(Libbpf.BPF_F_TOKEN_FD()).isEqualTo(1 << 16);
        assertThat(Libbpf.BPF_F_TEST_SKB_CHECKSUM_COMPLETE()).isEqualTo(4);
        assertThat(Libbpf.PERF_TYPE_SOFTWARE()).isEqualTo(1);
        assertThat(Libbpf.PERF_COUNT_SW_BPF_OUTPUT()).isEqualTo(10);
        assertThat(Libbpf.NF_INET_POST_ROUTING()).isEqualTo(4);
    }

    @Test
    void constants_ofLibbpf_agreeWithErrno() {
        assertThat(Errno.name(Libbpf.LIBBPF_ERRNO__LIBELF())).hasValue("LIBBPF_ERRNO__LIBELF");
        assertThat(Errno.name(Libbpf.LIBBPF_ERRNO__RELOC())).hasValue("LIBBPF_ERRNO__RELOC");
        assertThat(Errno.name(Libbpf.LIBBPF_ERRNO__NLPARSE())).hasValue("LIBBPF_ERRNO__NLPARSE");
    }

    @Test
    void constants_ofLibc_haveTheirNumbers() {
        assertThat(Libc.PROT_READ() | Libc.PROT_WRITE()).isEqualTo(3);
        assertThat(Libc.MAP_SHARED()).isEqualTo(1);
        assertThat(Libc.MAP_FAILED().address()).isEqualTo(-1);
        assertThat(Libc.EPOLLIN()).isEqualTo(1);
        assertThat(Libc.EPOLL_CTL_ADD()).isEqualTo(1);
        assertThat(Libc.EFD_NONBLOCK()).isEqualTo(04000);
        assertThat(Libc.EFD_CLOEXEC()).isEqualTo(02000000);
        assertThat(Libc.EPOLL_CLOEXEC()).isEqualTo(02000000);
        assertThat(Libc.O_CLOEXEC()).isEqualTo(02000000);
        assertThat(Libc.F_DUPFD_CLOEXEC()).isEqualTo(1030);
        assertThat(Libc.AF_INET6()).isEqualTo(10);
        assertThat(Libc.SOL_SOCKET()).isEqualTo(1);
        assertThat(Libc.SO_ATTACH_BPF()).isEqualTo(50);
        assertThat(Libc.SO_DETACH_BPF()).isEqualTo(27);
        assertThat(Libc.SO_ATTACH_REUSEPORT_EBPF()).isEqualTo(52);
        assertThat(Libc.RLIMIT_MEMLOCK()).isEqualTo(8);
    }

    // Sizes by a C compiler on libbpf 1.8; libbpf reads sz bytes, so that a wrong one is an error or garbage.
    @Test
    void structs_sizes_areThoseOfC() {
        assertThat(bpf_object_open_opts.sizeof()).isEqualTo(88);
        assertThat(bpf_test_run_opts.sizeof()).isEqualTo(80);
        assertThat(bpf_map_batch_opts.sizeof()).isEqualTo(24);
        assertThat(bpf_uprobe_multi_opts.sizeof()).isEqualTo(56);
        assertThat(bpf_prog_info.sizeof()).isEqualTo(232);
        assertThat(bpf_link_info.sizeof()).isEqualTo(64);
        assertThat(bpf_link_create_opts.sizeof()).isEqualTo(80);
        assertThat(bpf_prog_load_opts.sizeof()).isEqualTo(120);
        assertThat(perf_event_attr.sizeof()).isEqualTo(144);
        assertThat(sockaddr_in6.sizeof()).isEqualTo(28);
    }

    private static Set<String> methods(Class<?> type) {
        return Stream.of(type.getDeclaredMethods()).map(Method::getName).filter(name -> !name.contains("$"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> included(String list, String... kinds) throws IOException {
        Set<String> options = Stream.of(kinds).map(kind -> "--include-" + kind).collect(Collectors.toSet());
        try (Stream<String> lines = Files.lines(Path.of(list))) {
            return lines.map(line -> line.split(" ")).filter(parts -> options.contains(parts[0])).map(parts -> parts[1])
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static int minor(String version) {
        return Integer.parseInt(version.substring(version.indexOf('.') + 1));
    }

    private static Object zero(Class<?> type) {
        if (type == int.class) {
            return 0;
        }
        if (type == long.class) {
            return 0L;
        }
        if (type == boolean.class) {
            return false;
        }
        return MemorySegment.NULL;
    }
}
