package io.ebpf4j.internal.kernel.live.info;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** A few types in the form in which the kernel takes them, BTF: for what it creates only with types. */
final class TypeBlob {
    static final int STORAGE_KEY = 1;
    static final int STORAGE_VALUE = 3;
    /** The function in {@link #function()}. */
    static final int FUNCTION = 5;

    private static final int MAGIC_AND_VERSION = 0xeb9f | (1 << 16);
    private static final int HEADER_SIZE = 24;
    private static final int SIGNED_32_BITS = (1 << 24) | 32;
    private static final int INT = 1 << 24;
    private static final int PTR = 2 << 24;
    private static final int STRUCT = 4 << 24;
    private static final int FUNC = 12 << 24;
    private static final int FUNC_PROTO = 13 << 24;
    private static final int GLOBAL = 1;

    /** All of them, as words. */
    private final int[] types;
    /** Their names, with a NUL before and after each. */
    private final String strings;

    private TypeBlob(int[] types, String strings) {
        this.types = types;
        this.strings = strings;
    }

    /** {@code struct val { int cnt; struct bpf_spin_lock { int val; } l; }}, and an int for the key. */
    static TypeBlob storage() {
        return new TypeBlob(new int[]{
                0, INT, 4, SIGNED_32_BITS, // 1
                1, STRUCT | 1, 4, 15, 1, 0, // 2: bpf_spin_lock
                15, STRUCT | 2, 8, 19, 1, 0, 23, 2, 32, // 3: val
        }, "\0bpf_spin_lock\0val\0cnt\0l\0");
    }

    /** {@code int probe(struct xdp_md *ctx)}. */
    static TypeBlob function() {
        return new TypeBlob(new int[]{
                1, INT, 4, SIGNED_32_BITS, // 1: int
                5, STRUCT, 4, // 2: xdp_md; the kernel looks at its name alone
                0, PTR, 2, // 3
                0, FUNC_PROTO | 1, 1, 12, 3, // 4
                16, FUNC | GLOBAL, 4, // 5
        }, "\0int\0xdp_md\0ctx\0probe\0");
    }

    /**
     * {@return a file descriptor that the caller closes, or an error number, negated}
     *
     * {@snippet lang = c :
     * struct { // anonymous struct for BPF_BTF_LOAD
     *     __aligned_u64 btf;
     *     __aligned_u64 btf_log_buf;
     *     __u32         btf_size;
     * };
     * }
     */
    int load(Arena arena) {
        byte[] names = strings.getBytes(StandardCharsets.US_ASCII);
        int typeBytes = types.length * Integer.BYTES;
        MemorySegment blob = arena.allocate(HEADER_SIZE + typeBytes + names.length, Integer.BYTES);
        int[] header = {MAGIC_AND_VERSION, HEADER_SIZE, 0, typeBytes, typeBytes, names.length};
        MemorySegment.copy(header, 0, blob, JAVA_INT, 0, header.length);
        MemorySegment.copy(types, 0, blob, JAVA_INT, HEADER_SIZE, types.length);
        MemorySegment.copy(MemorySegment.ofArray(names), 0, blob, HEADER_SIZE + typeBytes, names.length);
        MemorySegment attribute = BpfCall.attribute(arena);
        attribute.set(JAVA_LONG, 0, blob.address());
        attribute.set(JAVA_INT, 16, (int) blob.byteSize());
        return BpfCall.invoke(BpfCall.BTF_LOAD, attribute);
    }
}
