package io.ebpf4j.bench;

import java.nio.file.Path;

/** Opening a BPF object, warm. */
final class ObjectWorkload {
    private static final String WARM = "D.elf warm";

    private ObjectWorkload() {}

    static void warm(Sampler sampler, String label, Path file) {
        byte[] object = ObjectWork.contents(file);
        sampler.measure(WARM, label, "ProgramSpec.read", () -> ObjectWork.spec(object));
        sampler.measure(WARM, label, "ElfFile.parse alone", () -> ObjectWork.elf(object));
    }
}
