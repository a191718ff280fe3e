/** BTF, the type format of BPF: a lazily inflated reader that trusts no byte, layouts, and an editor that keeps type ids. */
@org.jspecify.annotations.NullMarked
module io.ebpf4j.btf {
    requires static org.jspecify;
    requires transitive io.ebpf4j.elf;

    exports io.ebpf4j.btf;
}
