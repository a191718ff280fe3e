package io.ebpf4j.internal.kernel.live.info;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.ebpf4j.BpfException;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.libbpf.gen.bpf_btf_info;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The name of a function, of which the kernel keeps the beginning only, out of the types that it was loaded with. */
final class FullName {
    /** {@code BPF_OBJ_NAME_LEN}, less the NUL. */
    private static final int MAX_LENGTH = Libbpf.BPF_OBJ_NAME_LEN() - 1;
    /** Types of one object file; far above what any has. */
    private static final int MAX_BTF_SIZE = 1 << 26;

    private FullName() {}

    /**
     * {@return the name; empty if it is not cut, or cannot be read}
     *
     * @param name what the kernel has of it
     * @param btfId the types, by id
     * @param typeId the function's there
     */
    static Optional<String> of(String name, int btfId, int typeId) {
        if (name.length() < MAX_LENGTH || btfId == 0 || typeId <= 0) {
            return Optional.empty();
        }
        int fd = Libbpf.bpf_btf_get_fd_by_id(btfId);
        if (fd < 0) {
            return Optional.empty(); // that takes CAP_SYS_ADMIN, and a name is not worth an exception
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
            Btf btf = Btf.parse(MemorySegment.ofArray(types.toArray(JAVA_BYTE)), name);
            return typeId <= btf.size() && btf.type(typeId) instanceof BtfType.Func function
                    && function.name().startsWith(name) ? Optional.of(function.name()) : Optional.empty();
        } catch (BpfException | MalformedBtfException e) {
            return Optional.empty();
        } finally {
            Libc.close(fd);
        }
    }
}
