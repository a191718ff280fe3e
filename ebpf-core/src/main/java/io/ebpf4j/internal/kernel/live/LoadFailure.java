package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.BpfException;
import io.ebpf4j.FunctionSpec;
import io.ebpf4j.KernelSupportException;
import io.ebpf4j.LoadException;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.btf.BtfExt;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.elf.MalformedElfException;
import io.ebpf4j.internal.diagnose.Host;
import io.ebpf4j.internal.diagnose.Lacking;
import io.ebpf4j.internal.diagnose.Mounts;
import io.ebpf4j.internal.diagnose.Refusals;
import io.ebpf4j.internal.diagnose.Rejections;
import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.internal.options.Target;
import io.ebpf4j.internal.spec.Sections;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From what libbpf returned and printed to the exception that helps. */
final class LoadFailure {
    private static final Pattern UNKNOWN_SECTION = Pattern.compile(
            "prog '(?<function>[^']*)': missing BPF prog type, check ELF section name '(?<section>[^']*)'");
    private static final String LINKED_STRUCTS = ".struct_ops.link";
    /** A function that came with the libbpf that knows the section. */
    private static final String SINCE_LINKED_STRUCTS = "bpf_link__update_map";

    private LoadFailure() {}

    /** The object was opened, but the kernel did not take it. */
    static BpfException explain(ProgramSpec spec, LoadPlan plan, int errno, LibbpfMessages messages) {
        if (spec.elf().section(LINKED_STRUCTS).isPresent() && !NativeLibrary.has(SINCE_LINKED_STRUCTS)) {
            return new LoadException(spec.name() + ": SEC(\"" + LINKED_STRUCTS + "\") needs libbpf 1.2, and this is "
                    + NativeLibrary.version() + " (" + NativeLibrary.location() + "), to which its functions belong to"
                    + " nothing; update libbpf, or write SEC(\".struct_ops\"), of which the kernel has no link", errno);
        }
        Host host = Host.running();
        if (spec.elf().section(LINKED_STRUCTS).isPresent() && errno == Errno.EINVAL && host.isBefore("6.4")) {
            return new KernelSupportException(
                    spec.name() + ": SEC(\"" + LINKED_STRUCTS + "\") needs Linux 6.4, this is "
                            + host.release() + "; write SEC(\".struct_ops\")",
                    errno);
        }
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
        Optional<String> noTypes = needsKernelBtf(spec) ? Mounts.kernelBtf(host) : Optional.empty();
        if (noTypes.isPresent()) {
            return new KernelSupportException(
                    spec.name()
                            + ": reads fields of kernel structs (CO-RE), which needs the types of the running kernel,"
                            + " but " + noTypes.get(),
                    errno);
        }
        if (errno == Errno.EPERM || errno == Errno.EACCES) {
            String what = Lacking.failedFunction(spec, messages.text())
                    .map(function -> "function '" + function.name() + "', SEC(\"" + function.section() + "\")"
                            + aimedAt(plan, function))
                    .orElse("eBPF programs");
            return Refusals.explain(spec.name() + ": the kernel does not let this process load " + what, errno,
                    spec.functions().stream().filter(plan::loads).toList(),
                    spec.maps().stream().filter(map -> !plan.reused().containsKey(map.name())).toList(), host,
                    messages.summary());
        }
        return Lacking.atLoad(spec, errno, host, messages.text())
                .<BpfException>map(lack -> new KernelSupportException(spec.name() + ": " + lack, errno))
                .orElseGet(() -> new LoadException(
                        spec.name() + ": cannot be loaded: " + Errno.describe(errno) + ": " + messages.summary(),
                        errno));
    }

    /** A section that names no target says little, and one that the options overrule says what is not so. */
    private static String aimedAt(LoadPlan plan, FunctionSpec function) {
        Target target = plan.targets().get(function.name());
        return target == null ? "" : ", for " + target.description();
    }

    /** libbpf itself did not take the file. */
    static BpfException refusedFile(ProgramSpec spec, int errno, LibbpfMessages messages) {
        return new ObjectFileException(
                spec.name() + ": libbpf cannot open the object: " + Errno.describe(errno) + ": " + messages.summary());
    }

    private static boolean needsKernelBtf(ProgramSpec spec) {
        try {
            return BtfExt.of(spec.elf(), spec.btf()).map(BtfExt::needsKernelBtf).orElse(false);
        } catch (MalformedBtfException | MalformedElfException e) {
            return false; // a damaged .BTF.ext is not what the kernel has complained of
        }
    }
}
