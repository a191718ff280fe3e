package io.ebpf4j.btf;

import io.ebpf4j.elf.ElfFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** The objects made from {@code kinds.bpf.c}. */
final class Kinds {
    static final List<String> ALL = List.of("clang14-el", "clang14-eb", "clang19-el", "clang19-eb");

    private Kinds() {}

    static byte[] read(String file) {
        return resource("/kinds/" + file);
    }

    static byte[] resource(String file) {
        try (var in = Objects.requireNonNull(Kinds.class.getResourceAsStream(file), file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ElfFile elf(String object) {
        return ElfFile.parse(read(object + ".bpf.o"), object);
    }

    static Btf btf(String object) {
        return Btf.of(elf(object)).orElseThrow();
    }

    /** The section as it is, with what the compiler left open. */
    static Btf raw(String object) {
        var elf = elf(object);
        return Btf.parse(elf.contents(elf.section(".BTF").orElseThrow()), object);
    }
}
