package io.ebpf4j.bench;

import io.ebpf4j.btf.Btf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** The types of the running kernel. */
final class KernelBtf {
    private static final Path FILE = Path.of("/sys/kernel/btf/vmlinux");
    private static final MemorySegment BYTES = MemorySegment.ofArray(bytes());

    private KernelBtf() {}

    private static byte[] bytes() {
        try {
            return Files.readAllBytes(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Btf open() {
        return Btf.parse(BYTES, "vmlinux");
    }
}
