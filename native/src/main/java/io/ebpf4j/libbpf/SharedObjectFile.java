package io.ebpf4j.libbpf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/** What can be seen of a shared library before it is opened, in words a user can act on. */
final class SharedObjectFile {

    /** Up to and with {@code e_machine} of {@code Elf64_Ehdr}. */
    private static final int HEADER = 20;
    private static final int ELF_MAGIC = 0x7f454c46;
    private static final byte ELFDATA2MSB = 2;
    private static final short ET_DYN = 3;

    private SharedObjectFile() {}

    /** Why this file can be no shared library, if that can be told. */
    static Optional<String> flaw(Path file) {
        if (!Files.exists(file)) {
            return Optional.of("no such file");
        }
        // Also keeps us from waiting for ever on a named pipe.
        if (!Files.isRegularFile(file)) {
            return Optional.of(Files.isDirectory(file) ? "a directory, not a library file" : "not a regular file");
        }
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        try (FileChannel channel = FileChannel.open(file)) {
            while (header.hasRemaining() && channel.read(header) >= 0) {
                // a read may be short
            }
        } catch (IOException e) {
            return Optional.of("cannot be read: " + e);
        }
        return flaw(header.flip());
    }

    private static Optional<String> flaw(ByteBuffer header) {
        if (header.remaining() < HEADER || header.getInt(0) != ELF_MAGIC) {
            byte[] start = new byte[Math.min(4, header.remaining())];
            header.get(0, start);
            return Optional.of("not an ELF file, it begins with [%s] instead of [7f 45 4c 46]"
                    .formatted(HexFormat.ofDelimiter(" ").formatHex(start)));
        }
        header.order(header.get(5) == ELFDATA2MSB ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        short type = header.getShort(16);
        return type == ET_DYN
                ? Optional.empty()
                : Optional.of("an ELF file, but not a shared library (e_type %d, expected %d)".formatted(type, ET_DYN));
    }
}
