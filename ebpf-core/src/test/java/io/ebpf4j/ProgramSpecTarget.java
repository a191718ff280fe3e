package io.ebpf4j;

import io.ebpf4j.fuzz.FuzzTarget;
import io.ebpf4j.fuzz.ObjectFiles;
import io.ebpf4j.fuzz.Questions;
import io.ebpf4j.internal.spec.LoadChecks;
import java.util.List;

/** All that can be asked of an object file before a kernel is. */
public final class ProgramSpecTarget extends FuzzTarget {
    @Override
    public String name() {
        return "spec";
    }

    @Override
    public List<byte[]> seeds() {
        return ObjectFiles.of("clang19-el/no_maps", "clang19-eb/maps_counter", "clang14-el/maps_print",
                "clang19-el/tags");
    }

    @Override
    public int longest() {
        return 4096;
    }

    @Override
    protected List<Class<? extends RuntimeException>> refusals() {
        return List.of(ObjectFileException.class);
    }

    @Override
    protected boolean walk(byte[] input, Questions questions) {
        var spec = questions.ask(() -> ProgramSpec.read(input, "x.o"));
        spec.ifPresent(read -> {
            for (MapSpec map : read.maps()) {
                if (!read.map(map.name()).orElseThrow().equals(map)) {
                    throw new AssertionError("another map is found by the name " + map.name());
                }
                map.baseName();
            }
            read.functions().forEach(FunctionSpec::kind);
            if (!questions.isDue(0)) {
                return;
            }
            questions.does(() -> LoadChecks.check(read.elf(), read.btf()));
            questions.ask(read::toStandardObject).ifPresent(object -> compare(read, object, questions));
        });
        return spec.isPresent();
    }

    /** The standard object declares the same functions and maps as the one it was made of. */
    private static void compare(ProgramSpec spec, byte[] object, Questions questions) {
        questions.ask(() -> ProgramSpec.read(object, "x.o")).ifPresent(standard -> {
            if (!standard.functions().equals(spec.functions()) || standard.maps().size() != spec.maps().size()) {
                throw new AssertionError(spec + " became " + standard);
            }
        });
    }
}
