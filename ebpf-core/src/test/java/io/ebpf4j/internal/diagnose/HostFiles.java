package io.ebpf4j.internal.diagnose;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** A host of files in a folder, as those of a machine were recorded. */
final class HostFiles {
    /** All of CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_SYS_RESOURCE. */
    static final long ALL = 0x1ffffffffffL;

    private final Path root;

    HostFiles(Path root) {
        this.root = root;
    }

    /** Root on a kernel with nothing special about it. */
    static HostFiles ofRoot(Path root, String release) {
        return new HostFiles(root).kernel(release).capabilities(ALL).link("proc/self/ns/user", "user:[4026531837]");
    }

    HostFiles kernel(String release) {
        return file("proc/sys/kernel/osrelease", release + "\n");
    }

    HostFiles capabilities(long mask) {
        return file("proc/self/status", """
                Name:\tjava
                CapInh:\t0000000000000000
                CapPrm:\tffffffffffffffff
                CapEff:\t%016x
                CapBnd:\tffffffffffffffff
                NoNewPrivs:\t0
                Seccomp:\t0
                Seccomp_filters:\t0
                """.formatted(mask));
    }

    HostFiles file(String name, String text) {
        try {
            Files.createDirectories(root.resolve(name).getParent());
            Files.writeString(root.resolve(name), text);
            return this;
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    HostFiles link(String name, String target) {
        try {
            Files.createDirectories(root.resolve(name).getParent());
            Files.deleteIfExists(root.resolve(name));
            Files.createSymbolicLink(root.resolve(name), Path.of(target));
            return this;
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    HostFiles zipped(String name, String text) {
        file(name, "");
        try (var out = new GZIPOutputStream(Files.newOutputStream(root.resolve(name)))) {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            return this;
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    Host host() {
        return new Host(root);
    }
}
