package io.ebpf4j.samples;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.MapSpec;
import io.ebpf4j.export.MapExporter;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.export.RingSource;
import io.ebpf4j.export.TableSource;
import java.net.InetAddress;

/** What core does with no Micrometer. Run in a JVM of its own. */
public final class CoreAlone {
    private CoreAlone() {}

    /** See the probe. */
    public record Connect(InetAddress saddr, InetAddress daddr) {}

    /** An exporter of somebody's own. */
    private record Lines() implements MapExporter {
        @Override
        public boolean takes(MapSpec map) {
            return true;
        }

        @Override
        public RecordSink ring(RingSource source) {
            System.out.println("ring " + source.map().name());
            return (memory, offset) -> {};
        }

        @Override
        public void table(TableSource source) {
            System.out.println(source.map().name() + " has rows: " + source.rows().forEach((k, ko, v, vo) -> {}));
        }

        @Override
        public void close() {
            System.out.println("closed");
        }
    }

    public static void main(String[] arguments) {
        try {
            Class.forName("io.micrometer.core.instrument.MeterRegistry");
            System.out.println("Micrometer is here, so this run shows nothing");
        } catch (ClassNotFoundException e) {
            System.out.println("no Micrometer");
        }
        try (var program = replay(); var connects = program.ringBuffer("tcpconnect_events", Connect.class)) {
            connects.drain(c -> System.out.println(c.saddr().getHostAddress() + " " + c.daddr().getHostAddress()));
        }
        try (var _ = replay().export(new Lines())) {
            System.out.println("exported");
        }
    }

    private static BpfProgram replay() {
        return BpfProgram.replay(Probe.TCPCONNECT.spec(), Probe.TCPCONNECT.recording());
    }
}
