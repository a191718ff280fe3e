package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.BpfException;
import io.ebpf4j.KernelSupportException;
import io.ebpf4j.LoadException;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.PrivilegeException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.btf.BtfExt;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.elf.MalformedElfException;
import io.ebpf4j.internal.diagnose.Rejections;
import io.ebpf4j.internal.spec.Sections;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** From what libbpf returned and printed to the exception that helps. */
final class LoadFailure {
    private static final Pattern UNKNOWN_SECTION = Pattern.compile(
            "prog '(?<function>[^']*)': missing BPF prog type, check ELF section name '(?<section>[^']*)'");
    private static final Path KERNEL_BTF = Path.of("/sys/kernel/btf/vmlinux");

    private LoadFailure() {}

    /** The object was opened, but the kernel did not take it. */
    static BpfException explain(ProgramSpec spec, int errno, LibbpfMessages messages) {
        var rejected = messages.rejected();
        if (rejected.isPresent()) {
            return Rejections.explain(spec, rejected.get().function(), rejected.get().log(), errno,
                    new RunningKernelTypes());
        }
        Matcher unknown = messages.find(UNKNOWN_SECTION);
        if (unknown.find()) {
            String section = unknown.group("section");
            return new LoadException(
                    spec.name() + ": function '" + unknown.group("function") + "' is in section '" + section
                            + "', which libbpf " + NativeLibrary.version() + " knows no kind of event for"
                            + Sections.advice(section),
                    errno);
        }
        if (needsKernelBtf(spec) && !Files.exists(KERNEL_BTF)) {
            return new KernelSupportException(
                    spec.name() + ": reads fields of kernel structs (CO-RE), which needs the types"
                            + " of the running kernel, but there is no " + KERNEL_BTF
                            + "; boot a kernel built with CONFIG_DEBUG_INFO_BTF=y (Linux 5.2), or mount sysfs",
                    errno);
        }
        if (errno == Errno.EPERM || errno == Errno.EACCES) {
            return refused(spec.name() + ": the kernel does not let this process load eBPF programs", errno, messages);
        }
        return new LoadException(
                spec.name() + ": cannot be loaded: " + Errno.describe(errno) + ": " + messages.summary(), errno);
    }

    /** libbpf itself did not take the file. */
    static BpfException refusedFile(ProgramSpec spec, int errno, LibbpfMessages messages) {
        return new ObjectFileException(
                spec.name() + ": libbpf cannot open the object: " + Errno.describe(errno) + ": " + messages.summary());
    }

    /** Rights lack, or, where they do not, something that looks the same from here. */
    static PrivilegeException refused(String what, int errno, LibbpfMessages messages) {
        List<Capabilities> missing = Capabilities.missing();
        String why = missing.isEmpty()
                ? "it has every capability, so a lockdown, seccomp or LSM policy is in the way: " + messages.summary()
                : "it lacks " + missing.stream().map(Enum::name).collect(Collectors.joining(", "))
                        + "; run it as root or grant CAP_BPF and CAP_PERFMON (for network programs CAP_NET_ADMIN; before"
                        + " Linux 5.8 CAP_SYS_ADMIN)";
        return new PrivilegeException(what + " (" + Errno.describe(errno) + "): " + why, errno);
    }

    private static boolean needsKernelBtf(ProgramSpec spec) {
        try {
            return BtfExt.of(spec.elf(), spec.btf()).map(BtfExt::needsKernelBtf).orElse(false);
        } catch (MalformedBtfException | MalformedElfException e) {
            return false; // a damaged .BTF.ext is not what the kernel has complained of
        }
    }
}
