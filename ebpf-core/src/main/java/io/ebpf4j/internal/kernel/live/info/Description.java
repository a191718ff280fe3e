package io.ebpf4j.internal.kernel.live.info;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.ebpf4j.BpfException;
import io.ebpf4j.KernelAccessException;
import io.ebpf4j.PrivilegeException;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** {@code BPF_OBJ_GET_INFO_BY_FD}: the kernel fills in what it has of a struct; an older one ends earlier. */
final class Description {
    private Description() {}

    /**
     * {@return how many bytes were filled in; the rest stays as it was}
     *
     * @param fd of what is to be described
     * @param info the struct, which may hold the addresses of arrays to fill
     * @param what names it, for messages
     */
    static int read(int fd, MemorySegment info, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) info.byteSize());
            int result = Libbpf.bpf_obj_get_info_by_fd(fd, info, length);
            if (result != 0) {
                throw failure(what + ": the kernel does not describe it: ", -result);
            }
            return Math.min(length.get(JAVA_INT, 0), (int) info.byteSize());
        }
    }

    static BpfException failure(String what, int errno) {
        return errno == Errno.EPERM || errno == Errno.EACCES
                ? new PrivilegeException(what + Answers.forbidden("that", errno), errno)
                : new KernelAccessException(what + Errno.describe(errno), errno);
    }

    /** {@return what stands before the first NUL, or all} */
    static String name(MemorySegment characters) {
        byte[] bytes = characters.toArray(JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** {@return an id; none for 0, which the kernel never gives} */
    static OptionalInt id(int number) {
        return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
