package io.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.ProgramSpec;
import io.ebpf4j.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What bpftool said of programs that the kernel had loaded; {@code record.sh} beside the files has recorded it. */
class XlatedTest {
    private static final Path FOLDER = Fixtures.ROOT.resolve("ebpf-core/src/test/resources/io/ebpf4j/insn");
    private static final String SUFFIX = ".xlated.txt";

    static List<String> recorded() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(SUFFIX)).sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void code_ofAProgramInTheKernel_isShownAsBpftoolDoes(String file) {
        Xlated recorded = Xlated.read(FOLDER.resolve(file));
        var texts = recorded.texts();
        Disassembler disassembler = Disassembler.create().withOpcodes(true)
                .withNames(instruction -> Xlated.called(instruction, String.valueOf(texts.get(instruction))));
        assertThat(disassembler.text(recorded.code()).lines()).containsExactlyElementsOf(recorded.lines());
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void sourceLines_ofTheObject_areThoseThatTheKernelWasGiven(String file) {
        String object = file.substring(0, file.indexOf('.'));
        Path path = object.equals("isa") ? FOLDER.resolve("isa.bpf.o") : Fixtures.path(object);
        Disassembler disassembler = Disassembler.create().withSource(Disassembler.Source.PLACE);
        var fromObject = ProgramSpec.read(path).code()
                .map(code -> Xlated.parse(disassembler.text(code)).sources())
                .reduce((all, one) -> {
                    all.putAll(one);
                    return all;
                }).orElseThrow();
        // What the verifier finds dead it takes away, with its lines.
        Xlated.read(FOLDER.resolve(file)).sources()
                .forEach((function, lines) -> assertThat(fromObject.get(function)).as(function)
                        .containsSubsequence(lines));
    }

    @Test
    void recordings_areThoseOfAllPrograms() throws IOException {
        assertThat(recorded()).hasSize(11).contains("isa.arithmetic.xlated.txt", "externs.on_rename.xlated.txt");
        var words = recorded().stream().flatMap(file -> Xlated.read(FOLDER.resolve(file)).code().elements().stream())
                .map(CodeElement::instruction).toList();
        assertThat(words).hasSizeGreaterThan(380).noneMatch(Unknown.class::isInstance)
                .anyMatch(i -> i instanceof Call call && call.kind() == Call.Kind.FUNCTION)
                .anyMatch(i -> i instanceof LoadImmediate load && load.kind() == LoadImmediate.Kind.FUNCTION)
                .anyMatch(i -> i instanceof Goto(int _, boolean far) && far);
    }
}
