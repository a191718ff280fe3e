package io.ebpf4j.libbpf;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What build-bundle.sh makes, of any bytes. */
final class Bundle {

    static final String ENTRY = "META-INF/native/linux-" + (System.getProperty("os.arch").equals("amd64")
            ? "x86_64"
            : System.getProperty("os.arch")) + "/libbpf.so";

    private Bundle() {}

    /** The same library with an {@code e_machine} that no C library takes: it is whole, and cannot be opened. */
    static byte[] ofOtherMachine(byte[] library) {
        byte[] alien = library.clone();
        alien[18] = (byte) 0xfe;
        alien[19] = (byte) 0xfe;
        return alien;
    }

    static byte[] checksum(byte[] library) {
        try {
            return (HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(library)) + "  libbpf.so\n")
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static Path folder(Path folder, byte[] library, byte[] checksum) throws IOException {
        Path file = folder.resolve(ENTRY);
        Files.createDirectories(file.getParent());
        Files.write(file, library);
        Files.write(folder.resolve(ENTRY + ".sha256"), checksum);
        return folder;
    }

    /** A jar with the library not compressed, so that a byte of it can be changed. */
    static Path jar(Path jar, byte[] library) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar); ZipOutputStream zip = new ZipOutputStream(out)) {
            ZipEntry entry = new ZipEntry(ENTRY);
            CRC32 crc = new CRC32();
            crc.update(library);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(library.length);
            entry.setCrc(crc.getValue());
            zip.putNextEntry(entry);
            zip.write(library);
            zip.putNextEntry(new ZipEntry(ENTRY + ".sha256"));
            zip.write(checksum(library));
        }
        return jar;
    }
}
