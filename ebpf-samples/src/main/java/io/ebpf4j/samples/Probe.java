package io.ebpf4j.samples;

import io.ebpf4j.ProgramSpec;
import io.ebpf4j.replay.MapDump;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/**
 * The probes of this module. Their C sources, which also tell what they measure, are in {@code src/main/bpf}; the compiled
 * objects and the recorded maps are resources.
 */
public enum Probe {
    /** Every file that is opened: a ring of JSON events. */
    OPENSNOOP,
    /** How long tasks wait for a CPU: two hashes of gauges. */
    RUNQLAT,
    /** TCP connections over IPv4: a ring and a hash, both counters. */
    TCPCONNECT;

    /** {@return what the object file declares} */
    public ProgramSpec spec() {
        return ProgramSpec.read(resource(".bpf.o"), label());
    }

    /** {@return what the maps held at one time} */
    public MapDump recording() {
        String text = new String(resource(".dump"), StandardCharsets.UTF_8);
        return MapDump.parse(text, label() + ".dump");
    }

    /** {@return the name of the program, and of its files} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private byte[] resource(String suffix) {
        String name = label() + suffix;
        try (InputStream in = Objects.requireNonNull(Probe.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
