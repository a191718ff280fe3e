package io.ebpf4j.samples;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.Drained;
import java.io.PrintStream;
import java.net.Inet4Address;
import java.time.Duration;

/**
 * Prints the TCP connections that this machine opens, by reading the probe's ring as Java records.
 *
 * <p>Argument: after how many seconds to end; without it, Ctrl-C does. The kernel then detaches what nobody holds.
 */
public final class TcpConnect {
    private TcpConnect() {}

    /**
     * {@code struct tcpconnect} of the probe: each component takes the field of its name.
     *
     * @param saddr who connects
     * @param daddr to whom
     */
    public record Connect(Inet4Address saddr, Inet4Address daddr) {}

    /**
     * Runs it.
     *
     * @param arguments none, or seconds
     */
    public static void main(String[] arguments) {
        try (var program = BpfProgram.load(Probe.TCPCONNECT.spec())) {
            print(program, HowLong.of(arguments), System.out);
        }
    }

    static void print(BpfProgram program, Duration duration, PrintStream out) {
        long end = System.nanoTime() + duration.toNanos();
        try (var connects = program.ringBuffer("tcpconnect_events", Connect.class)) {
            Drained drained;
            do {
                drained = connects.poll(
                        c -> out.println(c.saddr().getHostAddress() + " -> " + c.daddr().getHostAddress()),
                        Duration.ofNanos(end - System.nanoTime()));
            } while (drained.reason() == Drained.Reason.EMPTY);
        }
    }
}
