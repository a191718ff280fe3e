package io.ebpf4j.samples;

import io.ebpf4j.BpfProgram;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/**
 * Prints every file that is opened on this machine, one line of JSON each. The probe marks its ring with
 * {@code SEC(".maps.print")}, so nothing is to be said here about what it sends.
 *
 * <p>Argument: after how many seconds to end; without it, Ctrl-C does. The kernel then detaches what nobody holds.
 */
public final class OpenSnoop {
    private OpenSnoop() {}

    /**
     * Runs it.
     *
     * @param arguments none, or seconds
     * @throws InterruptedException when interrupted
     */
    public static void main(String[] arguments) throws InterruptedException {
        try (var _ = BpfProgram.load(Probe.OPENSNOOP.spec()).autoExport(new SimpleMeterRegistry())) {
            Thread.sleep(HowLong.of(arguments));
        }
    }
}
