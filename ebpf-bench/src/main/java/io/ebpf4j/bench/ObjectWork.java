package io.ebpf4j.bench;

import io.ebpf4j.ProgramSpec;
import io.ebpf4j.elf.ElfFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is done with a BPF object; each returns how many of something it found. */
final class ObjectWork {
    private ObjectWork() {}

    static byte[] contents(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return how many programs it has} */
    static long spec(byte[] object) {
        return ProgramSpec.read(object, "bench").functions().size();
    }

    /** {@return how many sections it has} */
    static long elf(byte[] object) {
        return ElfFile.parse(object, "bench").sections().size();
    }
}
