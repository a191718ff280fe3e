package io.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.ProgramSpec;
import io.ebpf4j.testing.Fixtures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code in the package's javadoc compiles, runs, prints what is said there, and is the same as here. */
class SnippetsTest {
    @Test
    void reading_ofASubprogram_tellsWhatItDoes() {
        Path path = Fixtures.path("subprograms");
        var text = new StringWriter();
        try (var out = new PrintWriter(text)) {
            // snippet
            ProgramSpec spec = ProgramSpec.read(path);
            Code code = spec.code("add").orElseThrow();
            for (CodeElement element : code.elements()) {
                switch (element.instruction()) {
                    case Call call -> out.println(element.index() + " calls " + call.helper().orElse("a function"));
                    case Jump _ -> code.target(element)
                            .ifPresent(target -> out.println(element.index() + " may go to " + target.index()));
                    case Atomic(var operation, var size, _, _, _) ->
                        out.println(element.index() + " " + operation + " of " + size.bytes() + " bytes");
                    case Instruction _ -> {
                        // of no interest here
                    }
                }
                element.symbol().ifPresent(symbol -> out.println(element.index() + " refers to " + symbol));
            }
            // end
        }
        assertThat(text.toString().lines()).containsExactly("5 refers to map[calls]", "7 calls bpf_map_lookup_elem",
                "8 may go to 11", "9 ADD of 8 bytes", "10 may go to 19", "15 refers to map[calls]",
                "18 calls bpf_map_update_elem");
    }

    @Test
    void showing_ofASubprogram_printsItsInstructions() throws IOException {
        Code code = ProgramSpec.read(Fixtures.path("subprograms")).code("add").orElseThrow();
        var text = new StringWriter();
        try (var out = new PrintWriter(text)) {
            // snippet
            Disassembler disassembler = Disassembler.create().withSource(Disassembler.Source.NONE);
            out.print(disassembler.text(code));
            // end
        }
        List<String> shown = blocks("main/java/io/ebpf4j/insn/package-info.java",
                "xlated}:\n \\* <pre>\n(.*?)\n \\* </pre>\n", "(?m)^ \\* ?").getFirst().lines().map(String::strip)
                .toList();
        List<String> printed = text.toString().lines().map(String::strip).toList();
        assertThat(printed).hasSize(18).containsSubsequence(shown.stream().filter(line -> !line.equals("..")).toList());
        assertThat(shown).hasSize(7);
    }

    @Test
    void javadoc_ofThePackage_showsTheCodeOfThisTest() throws IOException {
        assertThat(blocks("main/java/io/ebpf4j/insn/package-info.java",
                "\\{@snippet lang = java :\n(.*?)\n \\* }\n(?! \\* })",
                "(?m)^ \\* ?"))
                .isEqualTo(blocks("test/java/io/ebpf4j/insn/SnippetsTest.java", "// snippet\n(.*?)\n +// end\n", ""))
                .hasSize(2);
    }

    private static List<String> blocks(String source, String block, String prefix) throws IOException {
        var blocks = new ArrayList<String>();
        var matcher = Pattern.compile(block, Pattern.DOTALL)
                .matcher(Files.readString(Fixtures.ROOT.resolve("ebpf-core/src").resolve(source)));
        while (matcher.find()) {
            blocks.add(matcher.group(1).replaceAll(prefix, "").stripIndent());
        }
        return blocks;
    }
}
