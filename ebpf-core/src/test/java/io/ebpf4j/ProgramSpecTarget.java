package io.ebpf4j;

import io.ebpf4j.fuzz.FuzzTarget;
import io.ebpf4j.fuzz.ObjectFiles;
import io.ebpf4j.fuzz.Questions;
import io.ebpf4j.insn.Code;
import io.ebpf4j.insn.Disassembler;
import io.ebpf4j.internal.spec.LoadChecks;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;

/** All that can be asked of an object file before a kernel is. */
public final class ProgramSpecTarget extends FuzzTarget {
    private static final Disassembler DISASSEMBLER = Disassembler.create();

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
            read.functions().forEach(ProgramSpecTarget::ask);
            if (!questions.isDue(0)) {
                return;
            }
            questions.does(() -> read.code().forEach(code -> ask(read, code)));
            questions.does(() -> LoadChecks.check(read.elf(), read.btf()));
            questions.ask(read::toStandardObject).ifPresent(object -> compare(read, object, questions));
        });
        return spec.isPresent();
    }

    private static void ask(FunctionSpec function) {
        if (function.sectionKind().isEmpty() && function.attachesItself()) {
            throw new AssertionError(function + " attaches itself to what nobody knows");
        }
        function.programType();
        function.attachType();
        function.target();
    }

    private static void ask(ProgramSpec spec, Code code) {
        ByteOrder order = spec.elf().order();
        Code again = Code.of(code.name(), MemorySegment.ofArray(code.toBytes()), order);
        if (again.size() != code.size() || again.elements().size() != code.elements().size()) {
            throw new AssertionError("written and read again, " + code.name() + " is another function");
        }
        code.elements().forEach(code::target);
        if (DISASSEMBLER.text(code).isEmpty() != code.elements().isEmpty()) {
            throw new AssertionError("no text for " + code.name());
        }
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
