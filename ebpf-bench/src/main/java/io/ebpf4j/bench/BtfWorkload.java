package io.ebpf4j.bench;

/** The kernel's types, warm. */
final class BtfWorkload {
    private static final String WARM = "C.btf warm";

    private BtfWorkload() {}

    static void warm(Sampler sampler) {
        sampler.measure(WARM, "parse+find+walk", "ebpf4j", () -> BtfWork.walk(KernelBtf.open()));
        var btf = KernelBtf.open();
        int task = BtfWork.present(btf);
        sampler.measure(WARM, "find+walk, loaded", "ebpf4j", () -> BtfWork.walk(btf));
        sampler.measure(WARM, "find absent, loaded", "ebpf4j", () -> BtfWork.absent(btf));
        sampler.measure(WARM, "layout of task_struct, loaded", "ebpf4j", () -> BtfWork.layout(btf, task));
        sampler.measure(WARM, "all types as records, loaded", "ebpf4j", () -> BtfWork.inflate(btf));
    }
}
