package io.ebpf4j.internal.diagnose;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapSpec;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.ProgramType;
import io.ebpf4j.VariableSpec;
import io.ebpf4j.libbpf.Errno;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel lacks that a program needs, by what libbpf said when it failed: sentences without the program's name. */
public final class Lacking {
    private static final Pattern NO_KERNEL_FUNCTION = Pattern
            .compile("extern \\(func ksym\\) '([^']*)': not found in kernel or module BTFs");
    private static final Pattern NO_KERNEL_VARIABLE = Pattern
            .compile("extern \\(var ksym\\) '([^']*)': not found in kernel BTF");
    private static final Pattern NO_EXTERN = Pattern.compile("extern '([^']*)' \\(strong\\): not resolved");
    private static final Pattern NO_KCONFIG = Pattern.compile("failed to open system Kconfig");
    private static final Pattern NO_TARGET = Pattern
            .compile("(?:prog '([^']*)': )?failed to find kernel BTF type ID of '([^']*)'"
                    + "(?:.*?prog '([^']*)': failed to prepare load attributes)?", Pattern.DOTALL); // libbpf 1.0 says it behind
    private static final Pattern NO_BPFFS = Pattern.compile("specified path (\\S+) is not on BPF FS");
    private static final Pattern NO_MAP = Pattern.compile("map '([^']*)': failed to create");
    private static final Pattern NO_FUNCTION = Pattern
            .compile("prog '([^']*)': (?:BPF program load failed|failed to load)");

    /** How kernels say that they do not know something; of bpf(2), E2BIG for a field of {@code union bpf_attr}. */
    private static final Set<Integer> UNKNOWN_TO_KERNEL = Set.of(Errno.EINVAL, Errno.E2BIG, Errno.ENOSYS,
            Errno.EOPNOTSUPP, Errno.ENOTSUPP);
    private static final int ENODEV = 19;

    private Lacking() {}

    /**
     * {@return what lacks, where that is why an object was not loaded}
     *
     * @param spec the object
     * @param errno positive
     * @param host the kernel
     * @param said all that libbpf said
     */
    public static Optional<String> atLoad(ProgramSpec spec, int errno, Host host, String said) {
        if (errno == Errno.ENOSYS) {
            return Optional.of("this kernel has no bpf(2) at all; boot one built with CONFIG_BPF_SYSCALL=y");
        }
        Matcher matcher = NO_KERNEL_FUNCTION.matcher(said);
        if (matcher.find()) {
            return Optional.of("calls the kernel's function " + matcher.group(1) + "(), which neither this kernel ("
                    + host.release() + ") nor a module of it has; load the module that has it, or declare it __weak and"
                    + " ask bpf_ksym_exists(" + matcher.group(1) + ") before the call");
        }
        matcher = NO_KERNEL_VARIABLE.matcher(said);
        if (matcher.find()) {
            return Optional
                    .of("uses the kernel's variable " + matcher.group(1) + ", which this kernel (" + host.release()
                            + ") does not have or does not tell the type of; declare it __weak and ask bpf_ksym_exists("
                            + matcher.group(1) + ") before its use");
        }
        matcher = NO_EXTERN.matcher(said);
        if (matcher.find()) {
            return Optional.of("uses " + matcher.group(1) + ", which this kernel (" + host.release() + ") does not have"
                    + (matcher.group(1).startsWith("CONFIG_") ? " or does not tell in /proc/config.gz" : "")
                    + "; declare it __weak, and it is 0 there");
        }
        if (NO_KCONFIG.matcher(said).find()) {
            return Optional.of(noConfig(spec, host));
        }
        matcher = NO_TARGET.matcher(said);
        if (matcher.find()) {
            String function = Objects.requireNonNullElse(matcher.group(1),
                    Objects.requireNonNullElse(matcher.group(3), "?"));
            return Optional.of("function '" + function + "' is for '" + matcher.group(2) + "', which this kernel ("
                    + host.release() + ") does not have" + lackOf(spec, function, host));
        }
        matcher = NO_BPFFS.matcher(said);
        if (matcher.find()) {
            return Optional.of("a map cannot be pinned at " + matcher.group(1) + "; " + Mounts.bpffs(host));
        }
        return UNKNOWN_TO_KERNEL.contains(errno) ? unknown(spec, host, said) : Optional.empty();
    }

    private static String noConfig(ProgramSpec spec, Host host) {
        List<String> names = spec.variables().stream().filter(variable -> variable.section().equals(".kconfig"))
                .map(VariableSpec::name).filter(name -> name.startsWith("CONFIG_")).sorted().toList();
        return "reads the kernel's configuration" + (names.isEmpty() ? "" : " (" + String.join(", ", names) + ")")
                + ", but this process can read neither /boot/config-" + host.release()
                + " nor /proc/config.gz; make one of"
                + " them readable, in a container by docker run -v /boot:/boot:ro or on the host by modprobe configs, or"
                + " give each value on loading, as in LoadOptions.kconfig(\""
                + names.stream().findFirst().orElse("CONFIG_HZ") + "=..\")";
    }

    private static Optional<String> unknown(ProgramSpec spec, Host host, String said) {
        Matcher map = NO_MAP.matcher(said);
        if (map.find()) {
            return spec.map(map.group(1)).map(MapSpec::type).flatMap(Requirements::of)
                    .flatMap(needed -> needed.lackOf(host))
                    .map(lack -> "map '" + map.group(1) + "' cannot be created: " + lack);
        }
        return failedFunction(spec, said).flatMap(function -> Requirements.toLoad(function)
                .flatMap(needed -> needed.lackOf(host))
                .map(lack -> "function '" + function.name() + "' cannot be loaded: " + lack));
    }

    /** {@return the function that libbpf says it could not load} */
    public static Optional<FunctionSpec> failedFunction(ProgramSpec spec, String said) {
        Matcher matcher = NO_FUNCTION.matcher(said);
        return matcher.find() ? function(spec, matcher.group(1)) : Optional.empty();
    }

    private static Optional<FunctionSpec> function(ProgramSpec spec, String name) {
        return spec.functions().stream().filter(function -> function.name().equals(name)).findFirst();
    }

    private static String lackOf(ProgramSpec spec, String function, Host host) {
        return function(spec, function).flatMap(Requirements::toLoad).flatMap(needed -> needed.lackOf(host))
                .map(lack -> "; " + lack).orElse("");
    }

    /**
     * {@return what lacks, where that is why a function was not attached}
     *
     * @param function the function
     * @param target to what, as messages say it
     * @param errno positive
     * @param host the kernel
     */
    public static Optional<String> atAttach(FunctionSpec function, String target, int errno, Host host) {
        if (!UNKNOWN_TO_KERNEL.contains(errno) && errno != Errno.ENOENT && errno != ENODEV) {
            return Optional.empty();
        }
        Optional<Requirement> needed = Requirements.toAttach(function, target);
        Optional<String> lack = needed.flatMap(requirement -> requirement.lackOf(host))
                .or(() -> switchedOff(function, host));
        boolean unknown = errno == Errno.EOPNOTSUPP || errno == Errno.ENOTSUPP || errno == Errno.ENOSYS;
        return lack.isEmpty() && unknown ? needed.flatMap(requirement -> requirement.need(host)) : lack;
    }

    /** Built in is not switched on: the boot parameter, or else {@code CONFIG_LSM}, says which modules are. */
    private static Optional<String> switchedOff(FunctionSpec function, Host host) {
        return function.programType() != ProgramType.LSM
                ? Optional.empty()
                : host.securityModules().filter(modules -> !modules.contains("bpf"))
                        .map(modules -> "the security module bpf is not switched on; boot with lsm="
                                + String.join(",", modules) + ",bpf");
    }
}
