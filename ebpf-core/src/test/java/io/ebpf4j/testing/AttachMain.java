package io.ebpf4j.testing;

import io.ebpf4j.Attachment;
import io.ebpf4j.BpfProgram;
import io.ebpf4j.LoadOptions;
import io.ebpf4j.attach.Cgroup;
import io.ebpf4j.attach.Direction;
import io.ebpf4j.attach.NetNamespace;
import io.ebpf4j.attach.Netfilter;
import io.ebpf4j.attach.Tcx;
import io.ebpf4j.attach.TrafficControl;
import io.ebpf4j.attach.Uprobe;
import io.ebpf4j.attach.Xdp;
import io.ebpf4j.libbpf.NativeLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Attaches functions in all sorts of ways, prints the links as {@code kind number}, and waits to be killed. */
public final class AttachMain {
    /** What it prints last. */
    public static final String READY = "ready";

    private AttachMain() {}

    public static void main(String[] arguments) throws IOException {
        Path group = Path.of(arguments[0]);
        boolean netfilter = NativeLibrary.has("bpf_program__attach_netfilter")
                && Kernels.has("CONFIG_NETFILTER_BPF_LINK");
        var options = LoadOptions.defaults().attachNothing();
        var program = BpfProgram.load(Fixtures.path("live", "attach_killed"),
                netfilter ? options.enable("on_filter") : options);
        Map<String, Attachment> attachments = new LinkedHashMap<>();
        attachments.put("xdp", program.function("on_frame").attach(Xdp.of("lo")));
        attachments.put("cgroup", program.function("on_connect").attach(Cgroup.of(group)));
        attachments.put("tracepoint", program.function("on_exit").attach());
        attachments.put("uprobe", program.function("on_call").attach(Uprobe.of(Path.of("libc.so.6"), "getpid")));
        attachments.put("sk_lookup", program.function("on_lookup").attach(NetNamespace.own()));
        if (Kernels.since(6, 6)) {
            attachments.put("tcx", program.function("on_packet").attach(Tcx.of("lo", Direction.INGRESS)));
        }
        if (netfilter) {
            attachments.put("netfilter", program.function("on_filter")
                    .attach(Netfilter.of(Netfilter.Family.IPV4, Netfilter.Hook.LOCAL_IN, 1)));
        }
        program.function("on_packet").attach(TrafficControl.of("lo", Direction.EGRESS));
        attachments.forEach((kind, attachment) -> System.out.println(kind + " " + attachment.id().orElseThrow()));
        System.out.println(READY);
        System.in.read();
        throw new IllegalStateException("nobody killed this");
    }
}
