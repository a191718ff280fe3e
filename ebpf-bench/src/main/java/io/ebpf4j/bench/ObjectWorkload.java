package io.ebpf4j.bench;

import java.nio.file.Path;
import java.util.function.ToLongFunction;

/** Opening a BPF object, warm. To read the file is in no figure, as in the baseline. */
final class ObjectWorkload {
    private ObjectWorkload() {}

    static void warm(Sampler sampler, String label, Path file) {
        byte[] object = ObjectWork.contents(file);
        measure(sampler, label, "ProgramSpec.read", object, ObjectWork::spec);
        measure(sampler, label, "ElfFile.parse", object, ObjectWork::elf);
    }

    private static void measure(Sampler sampler, String label, String variant, byte[] object,
            ToLongFunction<byte[]> work) {
        sampler.measure(new Case("D.elf warm", label, variant), Unit.MICROS, () -> {},
                () -> work.applyAsLong(object));
    }
}
