package io.ebpf4j.kernel;

import io.ebpf4j.AttachType;
import io.ebpf4j.BpfException;
import io.ebpf4j.MapType;
import io.ebpf4j.ProgramType;

/** Asks, and prints the answers. */
final class AskMain {
    private AskMain() {}

    public static void main(String[] arguments) {
        KernelFeatures features = KernelFeatures.ofThisKernel();
        try {
            System.out.println(features.mapType(MapType.RINGBUF));
            System.out.println(features.programType(ProgramType.XDP));
            System.out.println(features.helper(ProgramType.KPROBE, "bpf_ktime_get_ns"));
            System.out.println(features.attach(AttachType.TCX_INGRESS));
        } catch (BpfException e) {
            System.out.println(e);
        }
    }
}
