package io.ebpf4j.samples;

import io.ebpf4j.BpfException;
import io.ebpf4j.BpfProgram;
import io.ebpf4j.KernelSupportException;
import io.ebpf4j.LibbpfException;
import io.ebpf4j.PrivilegeException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * All probes, exported.
 *
 * @param programs in the order of loading
 * @param whyRecorded why they show recorded maps; empty when they run in the kernel
 */
record RunningProbes(List<BpfProgram> programs, Optional<String> whyRecorded) implements AutoCloseable {
    /** {@return the probes in the running kernel or, where it does not let us, on recorded maps} */
    static RunningProbes liveOrRecorded(MeterRegistry registry) {
        try {
            return new RunningProbes(all(probe -> BpfProgram.load(probe.spec()).autoExport(registry)),
                    Optional.empty());
        } catch (PrivilegeException | LibbpfException | KernelSupportException e) {
            return recorded(registry, reason(e));
        }
    }

    /** {@return the probes on recorded maps} */
    static RunningProbes recorded(MeterRegistry registry, String why) {
        return new RunningProbes(
                all(probe -> BpfProgram.replay(probe.spec(), probe.recording()).autoExport(registry)),
                Optional.of(why));
    }

    private static String reason(BpfException e) {
        return String.valueOf(e.getMessage());
    }

    private static List<BpfProgram> all(Function<Probe, BpfProgram> start) {
        List<BpfProgram> started = new ArrayList<>();
        boolean complete = false;
        try {
            for (Probe probe : Probe.values()) {
                started.add(start.apply(probe));
            }
            complete = true;
            return List.copyOf(started);
        } finally {
            if (!complete) {
                close(started);
            }
        }
    }

    private static void close(List<BpfProgram> started) {
        started.reversed().forEach(BpfProgram::close);
    }

    @Override
    public void close() {
        close(programs);
    }
}
