package io.ebpf4j.internal.kernel.live.info;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.ebpf4j.BpfException;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.libbpf.gen.bpf_btf_info;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The types that maps and functions were loaded with, which the kernel keeps. */
public final class LoadedTypes {
    /** Types of one object file; far above what any has. */
    private static final int MAX_BTF_SIZE = 1 << 26;

    private LoadedTypes() {}

    /**
     * {@return the types; empty if the kernel does not tell them, as without CAP_SYS_ADMIN, or they continue others}
     *
     * @param id the kernel's number of them
     * @param name how messages call them
     */
    public static Optional<Btf> read(int id, String name) {
        int fd = Libbpf.bpf_btf_get_fd_by_id(id);
        if (fd < 0) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = bpf_btf_info.allocate(arena);
            Description.read(fd, info, "types");
            int size = bpf_btf_info.btf_size(info);
            if (size <= 0 || size > MAX_BTF_SIZE) {
                return Optional.empty();
            }
            MemorySegment types = arena.allocate(size, Long.BYTES);
            info.fill((byte) 0);
            bpf_btf_info.btf(info, types.address());
            bpf_btf_info.btf_size(info, size);
            Description.read(fd, info, "types");
            return Optional.of(Btf.parse(MemorySegment.ofArray(types.toArray(JAVA_BYTE)), name));
        } catch (BpfException | MalformedBtfException e) {
            return Optional.empty();
        } finally {
            Libc.close(fd);
        }
    }
}
