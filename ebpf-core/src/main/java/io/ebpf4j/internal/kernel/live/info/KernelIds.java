package io.ebpf4j.internal.kernel.live.info;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.ebpf4j.BpfException;
import io.ebpf4j.KernelAccessException;
import io.ebpf4j.KernelSupportException;
import io.ebpf4j.PrivilegeException;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The kernel's lists of what it has loaded, which one goes through by id. */
public enum KernelIds {
    /** Functions. */
    FUNCTIONS("function", "4.13"),
    /** Maps. */
    MAPS("map", "4.13"),
    /** Links. */
    LINKS("link", "5.8");

    private final String kind;
    private final String since;

    /**
     * Describes what is behind a file descriptor.
     *
     * @param <T> the description
     */
    @FunctionalInterface
    public interface Describer<T> {
        /**
         * {@return the description}
         *
         * @param fd of what is to be described
         * @param what names it, for messages
         */
        T describe(int fd, String what);
    }

    KernelIds(String kind, String since) {
        this.kind = kind;
        this.since = since;
    }

    /**
     * {@return a description of each, in the order of ids, asked for as it is read}
     *
     * @param describer makes it
     * @param <T> the description
     */
    public <T> Stream<T> stream(Describer<T> describer) {
        RunningKernel.require("all " + kind + "s of the kernel");
        return IntStream.iterate(next(0).orElse(0), id -> id != 0, id -> next(id).orElse(0))
                .mapToObj(id -> find(id, describer)).flatMap(Optional::stream);
    }

    /**
     * {@return a description; empty if there is none with that id}
     *
     * @param id of what is to be described
     * @param describer makes it
     * @param <T> the description
     */
    public <T> Optional<T> find(int id, Describer<T> describer) {
        String what = kind + " " + Integer.toUnsignedString(id);
        RunningKernel.require(what);
        int fd = open(id);
        if (fd == -Errno.ENOENT) {
            return Optional.empty();
        }
        if (fd < 0) {
            throw failure(what + " of the kernel cannot be looked at", -fd);
        }
        try {
            return Optional.of(describer.describe(fd, what));
        } finally {
            Libc.close(fd);
        }
    }

    private OptionalInt next(int id) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment next = arena.allocate(JAVA_INT);
            int result = nextId(id, next);
            if (result == 0) {
                return OptionalInt.of(next.get(JAVA_INT, 0));
            }
            if (result == -Errno.ENOENT) {
                return OptionalInt.empty();
            }
            throw failure("the " + kind + "s of the kernel cannot be listed", -result);
        }
    }

    private int nextId(int id, MemorySegment next) {
        return switch (this) {
            case FUNCTIONS -> Libbpf.bpf_prog_get_next_id(id, next);
            case MAPS -> Libbpf.bpf_map_get_next_id(id, next);
            case LINKS -> Libbpf.bpf_link_get_next_id(id, next);
        };
    }

    private int open(int id) {
        return switch (this) {
            case FUNCTIONS -> Libbpf.bpf_prog_get_fd_by_id(id);
            case MAPS -> Libbpf.bpf_map_get_fd_by_id(id);
            case LINKS -> Libbpf.bpf_link_get_fd_by_id(id);
        };
    }

    private BpfException failure(String what, int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES -> new PrivilegeException(what + " (" + Errno.describe(errno)
                    + "): that needs CAP_SYS_ADMIN; run as root or grant it", errno);
            case Errno.EINVAL -> new KernelSupportException(what + ": it came with Linux " + since + ", this is Linux "
                    + RunningKernel.release(), errno);
            default -> new KernelAccessException(what + ": " + Errno.describe(errno), errno);
        };
    }
}
