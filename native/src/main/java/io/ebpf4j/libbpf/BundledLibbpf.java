package io.ebpf4j.libbpf;

import io.ebpf4j.libbpf.NativeUnavailableException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The libbpf of a jar {@code ebpf-native-VERSION-linux-ARCH.jar}: {@value #FOLDER}ARCH/libbpf.so, with its SHA-256 beside
 * it in the form of {@code sha256sum}.
 */
record BundledLibbpf(URL library) {

    private static final String FOLDER = "META-INF/native/linux-";
    private static final String NAME = "/libbpf.so";
    private static final String CHECKSUM = ".sha256";

    /** That of this architecture, if a class path or module path that this loader sees has one. */
    static Optional<BundledLibbpf> find(ClassLoader loader) {
        return Optional.ofNullable(loader.getResource(resource())).map(BundledLibbpf::new);
    }

    private static String resource() {
        String arch = System.getProperty("os.arch", "unknown");
        return FOLDER + (arch.equals("amd64") ? "x86_64" : arch) + NAME;
    }

    /** The jar, or without one the library's file. */
    Path origin() {
        String text = library.toString();
        int inside = text.indexOf("!/");
        try {
            return Path.of(URI.create(text.startsWith("jar:") && inside > 0 ? text.substring(4, inside) : text));
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            return Path.of(resource()); // a jar within a jar, which has no path
        }
    }

    /**
     * Its bytes, which are those that were packed.
     *
     * @throws NativeUnavailableException
     *             if they are not
     */
    LibraryImage read() {
        LibraryImage image;
        byte[] expected;
        try {
            image = new LibraryImage(bytes(library));
            expected = checksum(bytes(URI.create(library + CHECKSUM).toURL()));
        } catch (IOException | IllegalArgumentException e) {
            throw damaged("cannot be read: " + e, e);
        }
        if (!image.hasDigest(expected)) {
            throw damaged("its %d bytes have not the SHA-256 beside them".formatted(image.length()), null);
        }
        return image;
    }

    private static byte[] checksum(byte[] line) {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        int digits = LibraryImage.DIGEST_BYTES * 2;
        if (text.length() < digits) {
            throw new IllegalArgumentException(
                    "a checksum of %d characters instead of %d".formatted(text.length(), digits));
        }
        return HexFormat.of().parseHex(text, 0, digits);
    }

    /** Not through the cache that all users of a jar share, and that keeps it open. */
    private static byte[] bytes(URL url) throws IOException {
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            return in.readAllBytes();
        }
    }

    private NativeUnavailableException damaged(String how, @Nullable Throwable cause) {
        return new NativeUnavailableException(Reason.NOT_FOUND, ("the bundled libbpf in %s is damaged: %s;"
                + " get the jar anew, or remove it to use the system's libbpf, or name one with -D%s=/path/%s")
                .formatted(
                        origin(), how, NativeLibrary.PROPERTY, NativeLibrary.SONAME),
                cause);
    }
}
