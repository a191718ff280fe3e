package io.ebpf4j.bench;

import io.ebpf4j.KernelBtf;
import io.ebpf4j.btf.Btf;
import java.util.function.ToLongFunction;

/** The kernel's types, warm. To close them is in no figure, as in the baseline. */
final class BtfWorkload {
    private static final String WARM = "C.btf warm";
    private static final String OPEN = "parse+find+walk";

    private KernelBtf kernel = KernelBtf.open();

    private BtfWorkload() {}

    static void warm(Sampler sampler) {
        var workload = new BtfWorkload();
        workload.opening(sampler, "ebpf4j, one lookup", BtfWork::walk);
        workload.opening(sampler, "ebpf4j, full index", BtfWork::indexAndWalk);
        workload.loaded(sampler, "find+walk, loaded", BtfWork::walk);
        workload.loaded(sampler, "find absent, loaded", BtfWork::absent);
        int present = BtfWork.present(workload.kernel.vmlinux());
        workload.loaded(sampler, "layout, loaded", btf -> BtfWork.layout(btf, present));
        workload.loaded(sampler, "all types as records, loaded", BtfWork::inflate);
        workload.dump(sampler);
        workload.kernel.close();
    }

    private void opening(Sampler sampler, String variant, ToLongFunction<Btf> work) {
        sampler.measure(new Case(WARM, OPEN, variant), Unit.MICROS, () -> kernel.close(), () -> {
            kernel = KernelBtf.open();
            return work.applyAsLong(kernel.vmlinux());
        });
    }

    private void loaded(Sampler sampler, String name, ToLongFunction<Btf> work) {
        var btf = kernel.vmlinux();
        sampler.measure(new Case(WARM, name, "ebpf4j"), Unit.MICROS, () -> {}, () -> work.applyAsLong(btf));
    }

    private void dump(Sampler sampler) {
        var btf = kernel.vmlinux();
        var what = new Case("C.btf dump", "all types to C", "ebpf4j");
        sampler.measure(what, Unit.MICROS, () -> {}, () -> BtfWork.dump(btf));
        sampler.print(Figure.of(what, "bytes", BtfWork.dump(btf)));
    }
}
