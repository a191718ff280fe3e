package io.ebpf4j.internal.diagnose;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * What this process may do, and what the kernel is and allows, as files in {@code /proc} and {@code /sys} tell it. What
 * cannot be read is not known, and nobody is told of it.
 */
public final class Host {
    /** {@code PROC_USER_INIT_INO} of {@code linux/proc_ns.h}: the number of the user namespace that the kernel began with. */
    private static final String FIRST_USER_NAMESPACE = "user:[4026531837]";
    private static final Pattern WHOLE_MAP = Pattern.compile("\\s*0\\s+0\\s+4294967295\\s*");
    private static final Pattern LOCKDOWN = Pattern.compile(".*\\[(\\w+)].*");
    private static final Pattern LOCKED_MEMORY = Pattern.compile("Max locked memory\\s+(\\d+)\\s.*");
    /** Kernel configurations have 300 KB; beyond this it is something else. */
    private static final int LONGEST_CONFIG = 4 << 20;
    private static final int LONGEST = 1 << 16;

    private final Path root;

    /**
     * A host.
     *
     * @param root {@code /}, or a folder that has what would be in it
     */
    public Host(Path root) {
        this.root = root;
    }

    /** {@return this one} */
    public static Host running() {
        return new Host(Path.of("/"));
    }

    /** {@return what this process may do, of what eBPF asks for} */
    public Optional<Set<Capability>> capabilities() {
        return status("CapEff").map(mask -> Capability.in(Long.parseUnsignedLong(mask, 16)));
    }

    /** {@return whether a seccomp filter looks at the system calls of this process} */
    public boolean hasSeccompFilter() {
        return status("Seccomp").filter("2"::equals).isPresent();
    }

    private Optional<String> status(String key) {
        return lines("proc/self/status").stream().filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip()).findFirst();
    }

    /** {@return whether this process is in a user namespace of its own, so that its capabilities are none to the kernel} */
    public boolean isInOwnUserNamespace() {
        try {
            return !Files.readSymbolicLink(root.resolve("proc/self/ns/user")).toString().equals(FIRST_USER_NAMESPACE);
        } catch (IOException | UnsupportedOperationException e) {
            List<String> map = lines("proc/self/uid_map");
            return !map.isEmpty() && !(map.size() == 1 && WHOLE_MAP.matcher(map.getFirst()).matches());
        }
    }

    /** {@return {@code integrity} or {@code confidentiality}, where the kernel is locked down} */
    public Optional<String> lockdown() {
        return lines("sys/kernel/security/lockdown").stream().map(LOCKDOWN::matcher).filter(Matcher::matches)
                .map(matcher -> matcher.group(1)).filter(mode -> !mode.equals("none")).findFirst();
    }

    /** {@return {@code kernel.unprivileged_bpf_disabled}} */
    public OptionalInt unprivilegedBpfDisabled() {
        return number("proc/sys/kernel/unprivileged_bpf_disabled");
    }

    /** {@return {@code kernel.perf_event_paranoid}} */
    public OptionalInt perfEventParanoid() {
        return number("proc/sys/kernel/perf_event_paranoid");
    }

    private OptionalInt number(String file) {
        try {
            return lines(file).stream().limit(1).mapToInt(line -> Integer.parseInt(line.strip())).findFirst();
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** {@return how many bytes this process may lock, where that is limited} */
    public OptionalLong lockedMemoryLimit() {
        return lines("proc/self/limits").stream().map(LOCKED_MEMORY::matcher).filter(Matcher::matches)
                .mapToLong(matcher -> Long.parseLong(matcher.group(1))).findFirst();
    }

    /** {@return what {@code uname -r} says; empty when it is not known} */
    public String release() {
        return lines("proc/sys/kernel/osrelease").stream().findFirst().map(String::strip).orElse("");
    }

    /** {@return the version of the kernel} */
    public Optional<KernelVersion> version() {
        return KernelVersion.parse(release());
    }

    /** {@return whether the kernel is older than a version; no, when that is not known} */
    public boolean isBefore(String version) {
        return version().filter(running -> running.isBefore(KernelVersion.of(version))).isPresent();
    }

    /** {@return the security modules that are switched on, as {@code bpf}; nothing where securityfs is not mounted} */
    public Optional<List<String>> securityModules() {
        return lines("sys/kernel/security/lsm").stream().findFirst().map(line -> List.of(line.strip().split(",")));
    }

    /** {@return the options that the kernel was built with, where it or its package tells them} */
    Optional<KernelConfig> config() {
        String release = release();
        Optional<KernelConfig> own = config("proc/config.gz", true);
        return own.isPresent() || release.isEmpty() || release.contains("/")
                ? own
                : config("boot/config-" + release, false).or(() -> config("lib/modules/" + release + "/config", false));
    }

    private Optional<KernelConfig> config(String file, boolean zipped) {
        try (InputStream in = Files.newInputStream(root.resolve(file));
                InputStream text = zipped ? new GZIPInputStream(in) : in) {
            return KernelConfig.parse("/" + file,
                    new String(text.readNBytes(LONGEST_CONFIG), StandardCharsets.US_ASCII).lines());
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    /** {@return whether there is such a file or folder} */
    boolean exists(String file) {
        return Files.exists(root.resolve(file));
    }

    /** {@return where a kind of file system is mounted, as {@code cgroup2}} */
    Optional<String> mountPoint(String type) {
        return lines("proc/self/mounts").stream().map(line -> line.split(" "))
                .filter(fields -> fields.length > 2 && fields[2].equals(type)).map(fields -> fields[1]).findFirst();
    }

    /** {@return the names in a folder; none when there is no such folder, or this process may not look into it} */
    List<String> list(String folder) {
        try (var files = Files.list(root.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException | UncheckedIOException | InvalidPathException e) {
            return List.of();
        }
    }

    private List<String> lines(String file) {
        try (InputStream in = Files.newInputStream(root.resolve(file))) {
            return new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException | SecurityException e) {
            return List.of();
        }
    }
}
