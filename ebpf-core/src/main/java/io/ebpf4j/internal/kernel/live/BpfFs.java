package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachException;
import io.ebpf4j.BpfException;
import io.ebpf4j.MapAccessException;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_obj_get_opts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The file system that keeps things of BPF: {@code kernel/bpf/inode.c}. One constant a kind of thing, for messages. */
enum BpfFs {
    /** Maps. */
    MAPS("maps", "LoadOptions.reuseMap uses it, and this removes it: rm ") {
        @Override
        BpfException failure(String message, int errno) {
            return new MapAccessException(message, errno);
        }

        @Override
        String why(int errno) {
            return "";
        }
    },
    /** Attachments. */
    LINKS("attachments", "choose another path, or remove that: rm ") {
        @Override
        BpfException failure(String message, int errno) {
            return new AttachException(message, errno);
        }

        @Override
        String why(int errno) {
            return switch (errno) {
                case Errno.EINVAL, Errno.EBADF ->
                    "; this kernel has no bpf_link for such an attachment, so nothing can keep it";
                default -> "";
            };
        }
    };

    private static final String TYPE = "bpf";

    private final String kept;
    private final String insteadOfTaken;

    BpfFs(String kept, String insteadOfTaken) {
        this.kept = kept;
        this.insteadOfTaken = insteadOfTaken;
    }

    abstract BpfException failure(String message, int errno);

    /** {@return what an error of the kernel means, beginning with a semicolon; empty where its name says it} */
    abstract String why(int errno);

    /**
     * Puts a thing there.
     *
     * @param what how messages call it
     * @param fd the thing
     * @param path absolute
     */
    void pin(String what, int fd, Path path) {
        checkFree(what, path);
        Deque<Path> made = directories(what, path);
        int result;
        try (Arena arena = Arena.ofConfined()) {
            result = Libbpf.bpf_obj_pin(fd, arena.allocateFrom(path.toString()));
        }
        if (result != 0) {
            remove(made);
            if (result == -Errno.EEXIST) {
                throw taken(what, path);
            }
            throw failure(what + ": cannot be pinned at " + path + ": " + Errno.describe(-result) + why(-result),
                    -result);
        }
    }

    /** Checks what can be told before a program is loaded. */
    void checkFree(String what, Path path) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw taken(what, path);
        }
        Path there = nearest(path);
        Optional<String> type = foreignType(there);
        if (type.isPresent()) {
            throw failure(
                    what + ": cannot be pinned at " + path + ": " + there + " is in a file system of type " + type.get()
                            + ", and only that of BPF keeps " + kept
                            + "; choose a path below /sys/fs/bpf, and if that is none"
                            + " either run: mount -t bpf bpf /sys/fs/bpf",
                    Errno.EPERM);
        }
        Path fresh = there.relativize(path);
        if (fresh.toString().indexOf('.') >= 0) {
            throw failure(what + ": cannot be pinned at " + path + ": the BPF file system takes no name"
                    + " with a dot, as in " + fresh + "; write for instance " + fresh.toString().replace('.', '_'),
                    Errno.EPERM);
        }
    }

    /** Removes what is pinned at a path. */
    void unpin(String what, Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw failure(what + ": cannot be unpinned from " + path + ": " + e, 0);
        }
    }

    /** {@return a descriptor of what is pinned at a path, for the caller to close; or the negative error} */
    static int open(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            return Libbpf.bpf_obj_get(arena.allocateFrom(path.toString()));
        }
    }

    /** {@return as {@link #open}, one that cannot be written by} */
    static int openReadOnly(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = bpf_obj_get_opts.allocate(arena);
            bpf_obj_get_opts.sz(options, bpf_obj_get_opts.sizeof());
            bpf_obj_get_opts.file_flags(options, Libbpf.BPF_F_RDONLY());
            return Libbpf.bpf_obj_get_opts(arena.allocateFrom(path.toString()), options);
        }
    }

    /** {@return the type of a file system that keeps nothing of BPF; empty for that which does, or where nothing tells} */
    static Optional<String> foreignType(Path path) {
        return type(path).filter(known -> !known.equals(TYPE));
    }

    private BpfException taken(String what, Path path) {
        if (Files.isDirectory(path)) {
            return failure(what + ": cannot be pinned at " + path + ", for that is a folder; name a file in it, as "
                    + path.resolve("name"), Errno.EEXIST);
        }
        return failure(what + ": cannot be pinned at " + path + ", for something is there already; " + insteadOfTaken
                + path, Errno.EEXIST);
    }

    private Deque<Path> directories(String what, Path path) {
        List<Path> missing = new ArrayList<>();
        for (Path p = path.getParent(); p != null && !Files.exists(p); p = p.getParent()) {
            missing.addFirst(p);
        }
        Deque<Path> made = new ArrayDeque<>();
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        for (Path directory : missing) {
            try {
                Files.createDirectory(directory, ownerOnly);
                made.push(directory);
            } catch (FileAlreadyExistsException e) {
                // somebody else has made it meanwhile: that will do
            } catch (IOException e) {
                remove(made);
                throw failure(
                        what + ": cannot be pinned at " + path + ": directory " + directory + " cannot be made: " + e,
                        0);
            }
        }
        return made;
    }

    private void remove(Deque<Path> directories) {
        Closing.all(directories.stream().map(directory -> (Runnable) () -> {
            try {
                Files.deleteIfExists(directory);
            } catch (DirectoryNotEmptyException e) {
                // somebody else uses it meanwhile
            } catch (IOException e) {
                throw failure("directory " + directory + " cannot be removed again: " + e, 0);
            }
        }).toList());
    }

    private static Path nearest(Path path) {
        Path there = path;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there;
    }

    /** Where nothing can be told of it, as without /proc, the kernel will say. */
    private static Optional<String> type(Path path) {
        try {
            return Optional.of(Files.getFileStore(path).type());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
