/**
 * eBPF programs in the JVM: what an object file says ({@link io.ebpf4j.ProgramSpec}), what runs in the kernel
 * ({@link io.ebpf4j.BpfProgram}), and how its maps become values, JSON events and meters.
 */
@SuppressWarnings("requires-automatic") // micrometer-core names its module in the manifest only
@org.jspecify.annotations.NullMarked
module io.ebpf4j.core {
    requires transitive io.ebpf4j.btf;
    requires io.ebpf4j.libbpf;
    requires org.slf4j;
    requires com.fasterxml.jackson.core;
    requires static micrometer.core;
    requires static transitive org.jspecify;

    exports io.ebpf4j;
    exports io.ebpf4j.attach;
    exports io.ebpf4j.decode;
    exports io.ebpf4j.export;
    exports io.ebpf4j.insn;
    exports io.ebpf4j.replay;

    uses io.ebpf4j.decode.FieldDecoderFactory;
    uses io.ebpf4j.export.MapExporterProvider;
}
