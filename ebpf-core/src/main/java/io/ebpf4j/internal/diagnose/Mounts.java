package io.ebpf4j.internal.diagnose;

import java.util.Optional;

/** File systems that have to be mounted, and the command that does it. */
public final class Mounts {
    private Mounts() {}

    /** {@return what to run where tracefs lacks, in which tracepoints and probes have their numbers} */
    public static Optional<String> tracefs(Host host) {
        return host.exists("sys/kernel/tracing/events") || host.exists("sys/kernel/debug/tracing/events")
                ? Optional.empty()
                : Optional.of("tracefs, where tracepoints have their numbers, is not mounted; run: mount -t tracefs"
                        + " tracefs /sys/kernel/tracing");
    }

    /** {@return where cgroup v2 is, or what to run where it lacks} */
    public static String cgroup2(Host host) {
        return host.mountPoint("cgroup2")
                .map(at -> "functions for cgroups are attached to a folder of cgroup v2, which is"
                        + " mounted at " + at)
                .orElse("cgroup v2 is not mounted; run: mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2"
                        + " /sys/fs/cgroup/unified");
    }

    /** {@return what to run where no bpffs is mounted, in which maps and links are pinned} */
    public static String bpffs(Host host) {
        return host.mountPoint("bpf").map(at -> "maps are pinned in a folder of bpffs, which is mounted at " + at)
                .orElse("bpffs, in which maps are pinned, is not mounted; run: mount -t bpf bpf /sys/fs/bpf");
    }

    /** {@return what to do where the kernel's own types lack} */
    public static Optional<String> kernelBtf(Host host) {
        if (host.exists("sys/kernel/btf/vmlinux")) {
            return Optional.empty();
        }
        return Optional.of(host.exists("sys/kernel")
                ? "there is no /sys/kernel/btf/vmlinux; boot a kernel built with CONFIG_DEBUG_INFO_BTF=y (Linux 5.4)"
                : "there is no /sys/kernel/btf/vmlinux, for sysfs is not mounted; run: mount -t sysfs sysfs /sys");
    }
}
