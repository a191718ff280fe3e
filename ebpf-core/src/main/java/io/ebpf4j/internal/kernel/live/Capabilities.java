package io.ebpf4j.internal.kernel.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The rights of this process that eBPF asks for, with their bits in {@code linux/capability.h}. */
public enum Capabilities {
    CAP_NET_ADMIN(12), CAP_SYS_ADMIN(21), CAP_PERFMON(38), CAP_BPF(39);

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String EFFECTIVE = "CapEff:";

    private final int bit;

    Capabilities(int bit) {
        this.bit = bit;
    }

    /** {@return those that this process lacks; none when that cannot be told} */
    public static List<Capabilities> missing() {
        try {
            return missing(Files.readAllLines(STATUS));
        } catch (IOException e) {
            return List.of();
        }
    }

    static List<Capabilities> missing(List<String> status) {
        return status.stream().filter(line -> line.startsWith(EFFECTIVE)).findFirst()
                .map(line -> Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16))
                .map(held -> Arrays.stream(values()).filter(c -> (held >>> c.bit & 1) == 0).toList()).orElse(List.of());
    }
}
