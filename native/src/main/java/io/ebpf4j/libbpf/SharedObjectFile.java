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
    private static final int START = 20;
    /** {@code Elf64_Ehdr} and {@code Elf64_Phdr}. */
    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int ELF_MAGIC = 0x7f454c46;
    private static final byte ELFDATA2MSB = 2;
    private static final byte ELFCLASS64 = 2;
    private static final short ET_DYN = 3;
    private static final int PT_LOAD = 1;

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
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer header = read(channel, 0, HEADER);
            Optional<String> flaw = flaw(header);
            return flaw.isPresent() ? flaw : cutOff(channel, header);
        } catch (IOException e) {
            return Optional.of("cannot be read: " + e);
        }
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) >= 0) {
            // a read may be short
        }
        return buffer.flip();
    }

    /** What the dynamic linker does not look at: it maps segments as they are declared, and the JVM ends where the file does. */
    private static Optional<String> cutOff(FileChannel channel, ByteBuffer header) throws IOException {
        boolean readable = header.get(4) == ELFCLASS64 && header.remaining() == HEADER
                && header.getLong(32) >= 0 && header.getLong(32) < channel.size()
                && header.getShort(54) == PROGRAM_HEADER;
        if (!readable) {
            return Optional.empty(); // it will look at that
        }
        int count = Short.toUnsignedInt(header.getShort(56));
        ByteBuffer segments = read(channel, header.getLong(32), count * PROGRAM_HEADER)
                .order(header.order());
        long end = 0;
        for (int at = 0; at <= segments.limit() - PROGRAM_HEADER; at += PROGRAM_HEADER) {
            if (segments.getInt(at) == PT_LOAD) {
                long ofThis = segments.getLong(at + 8) + segments.getLong(at + 32);
                end = Math.max(end, ofThis < 0 ? Long.MAX_VALUE : ofThis);
            }
        }
        return end <= channel.size()
                ? Optional.empty()
                : Optional
                        .of("cut off, it has %d bytes of the %d that its segments take".formatted(channel.size(), end));
    }

    private static Optional<String> flaw(ByteBuffer header) {
        if (header.remaining() < START || header.getInt(0) != ELF_MAGIC) {
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
