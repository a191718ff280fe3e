/** The ELF64 of BPF object files: a parser that trusts no byte, and an editor. */
@SuppressWarnings("module") // io.ebpf4j.btf is compiled after this module
@org.jspecify.annotations.NullMarked
module io.ebpf4j.elf {
    requires static org.jspecify;

    exports io.ebpf4j.elf;
    exports io.ebpf4j.elf.internal to io.ebpf4j.btf;
}
