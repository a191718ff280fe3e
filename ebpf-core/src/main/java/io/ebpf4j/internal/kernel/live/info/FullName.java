package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.util.Optional;

/** The name of a function, of which the kernel keeps the beginning only, out of the types that it was loaded with. */
final class FullName {
    /** {@code BPF_OBJ_NAME_LEN}, less the NUL. */
    private static final int MAX_LENGTH = Libbpf.BPF_OBJ_NAME_LEN() - 1;

    private FullName() {}

    /**
     * {@return the name; empty if it is not cut, or cannot be read} A name is not worth an exception.
     *
     * @param name what the kernel has of it
     * @param btfId the types, by id
     * @param typeId the function's there
     */
    static Optional<String> of(String name, int btfId, int typeId) {
        if (name.length() < MAX_LENGTH || btfId == 0 || typeId <= 0) {
            return Optional.empty();
        }
        return LoadedTypes.read(btfId, name).flatMap(types -> find(types, typeId))
                .filter(full -> full.startsWith(name));
    }

    private static Optional<String> find(Btf types, int typeId) {
        try {
            return typeId <= types.size() && types.type(typeId) instanceof BtfType.Func function
                    ? Optional.of(function.name())
                    : Optional.empty();
        } catch (MalformedBtfException e) {
            return Optional.empty();
        }
    }
}
