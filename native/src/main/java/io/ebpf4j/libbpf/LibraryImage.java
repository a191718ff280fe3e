package io.ebpf4j.libbpf;

import io.ebpf4j.libbpf.gen.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A shared library that is not a file, and how the dynamic linker, which only takes files, is made to open it. */
final class LibraryImage {

    static final int DIGEST_BYTES = 32;

    /** Since Linux 6.3, which may be told to refuse memory without it; glibc has no name for it yet. */
    private static final int MFD_NOEXEC_SEAL = 8;

    /** A library that is open, or why it is not. */
    sealed interface Outcome {

        /** It is. */
        record Opened(SymbolLookup symbols) implements Outcome {}

        /** It is not. */
        record Refused(String why) implements Outcome {}
    }

    private final byte[] bytes;
    private final byte[] digest;

    LibraryImage(byte[] bytes) {
        this.bytes = bytes;
        digest = sha256(bytes);
    }

    int length() {
        return bytes.length;
    }

    boolean hasDigest(byte[] expected) {
        return MessageDigest.isEqual(digest, expected);
    }

    /** Opens it, and leaves no file behind: from memory, or else from a file that exists meanwhile. */
    Outcome open() {
        return switch (fromMemory()) {
            case Outcome.Opened opened -> opened;
            case Outcome.Refused memory -> switch (fromFile()) {
                case Outcome.Opened opened -> opened;
                case Outcome.Refused file -> new Outcome.Refused("%s; %s".formatted(memory.why(), file.why()));
            };
        };
    }

    /** By way of {@code memfd_create(2)}: no folder is needed that may be written and executed, and a crash leaves nothing. */
    Outcome fromMemory() {
        String name = "ebpf4j-" + UUID.randomUUID();
        int fd = create(name);
        if (fd < 0) {
            return new Outcome.Refused("in memory: memfd_create: " + Errno.describe(fd));
        }
        try {
            Path file = Path.of("/proc/self/fd/" + fd);
            Files.write(file, bytes, StandardOpenOption.WRITE);
            Outcome outcome = dlopen(file);
            // The dynamic linker knows libraries by name, and by this one it may know what another reader of descriptors
            // opened when the number was his.
            return outcome instanceof Outcome.Opened(SymbolLookup symbols) && !isMapped(name, symbols)
                    ? new Outcome.Refused("in memory: another library was opened as " + file)
                    : outcome;
        } catch (IOException e) {
            return new Outcome.Refused("in memory: " + e);
        } finally {
            Descriptors.close(fd);
        }
    }

    private static int create(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(name);
            int fd = Descriptors.result(Libc.memfd_create(text, Libc.MFD_CLOEXEC() | MFD_NOEXEC_SEAL));
            return fd == -Errno.EINVAL ? Descriptors.result(Libc.memfd_create(text, Libc.MFD_CLOEXEC())) : fd;
        }
    }

    private static boolean isMapped(String name, SymbolLookup symbols) {
        Optional<Path> mapped = symbols.find(LibbpfFinder.PROOF).flatMap(proof -> LoadedLibbpf.fileOf(proof.address()));
        return mapped.isPresent() && mapped.get().toString().startsWith("/memfd:" + name);
    }

    /** By way of a folder that only this user can enter, and that nobody can have made before us. */
    Outcome fromFile() {
        @Nullable
        Path folder = null;
        @Nullable
        Path file = null;
        try {
            folder = Files.createTempDirectory("ebpf4j-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            file = folder.resolve(NativeLibrary.SONAME);
            Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return dlopen(file);
        } catch (IOException | UnsupportedOperationException e) {
            return new Outcome.Refused(
                    "in the folder for temporary files: %s; name another with -Djava.io.tmpdir=FOLDER"
                            .formatted(e));
        } finally {
            delete(file);
            delete(folder);
        }
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // Nothing is lost but a file that another process has taken hold of.
        }
    }

    @SuppressWarnings("restricted")
    private Outcome dlopen(Path file) throws IOException {
        if (!MessageDigest.isEqual(digest, sha256(Files.readAllBytes(file)))) {
            return new Outcome.Refused(file + ": what was written is not what is read");
        }
        try {
            // By its name: as a Path the JDK would resolve the link, which leads to no file.
            return new Outcome.Opened(SymbolLookup.libraryLookup(file.toString(), Arena.ofAuto()));
        } catch (IllegalArgumentException e) {
            String why = DynamicLinker.refusal(file.toString());
            return new Outcome.Refused(why.contains("failed to map segment")
                    ? "%s: its file system is mounted noexec; name another folder with -Djava.io.tmpdir=FOLDER"
                            .formatted(why)
                    : why);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has it", e);
        }
    }
}
