/** libbpf and the few libc calls a loader needs, for the core module alone. */
@org.jspecify.annotations.NullMarked
module io.ebpf4j.libbpf {
    requires static org.jspecify;
}
