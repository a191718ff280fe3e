/** libbpf for ebpf4j: generated bindings, how the library is found, what it prints. Not for users; it serves the core module. */
@SuppressWarnings("module") // io.ebpf4j.core is compiled after this module
@org.jspecify.annotations.NullMarked
module io.ebpf4j.libbpf {
    requires static org.jspecify;

    exports io.ebpf4j.libbpf to
            io.ebpf4j.core;
    exports io.ebpf4j.libbpf.gen to
            io.ebpf4j.core;
}
