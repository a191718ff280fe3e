package io.ebpf4j.elf;

import static io.ebpf4j.elf.ElfConstants.SHF_ALLOC;
import static io.ebpf4j.elf.ElfConstants.SHF_WRITE;
import static io.ebpf4j.elf.ElfConstants.SHT_PROGBITS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code in the package's javadoc compiles, runs, and is the same as here. */
class SnippetsTest {
    @Test
    void reading_ofTheCounterObject_tellsWhoUsesWhat(@TempDir Path folder) throws IOException {
        Path path = Files.write(folder.resolve("counter.bpf.o"), Fixtures.bytes(Fixtures.COUNTER_EL));
        var text = new StringWriter();
        try (var out = new PrintWriter(text)) {
            // snippet
            ElfFile file = ElfFile.parse(path);
            for (ElfSection section : file.sections()) {
                if (section.isExecutable()) {
                    for (ElfRelocation relocation : file.relocations(section)) {
                        ElfSymbol symbol = file.symbols().get(relocation.symbolIndex());
                        out.println(section.name() + " refers at " + relocation.offset() + " to " + symbol.name());
                    }
                }
            }
            // end
        }
        assertThat(text.toString().lines()).containsExactly("raw_tp/sys_enter refers at 56 to calls",
                "raw_tp/sys_enter refers at 120 to calls", "raw_tp/sys_enter refers at 168 to limit",
                "raw_tp/sys_enter refers at 248 to outer", "raw_tp/sys_enter refers at 352 to total");
    }

    @Test
    void changing_ofTheCounterObject_movesTheSymbol() {
        ElfFile file = Fixtures.parse(Fixtures.COUNTER_EB);
        // snippet
        ElfEditor editor = ElfEditor.of(file);
        int moved = editor.addSection(".maps.moved", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8, new byte[32]);
        editor.setSymbol(file.symbol("calls").orElseThrow().index(), moved, 0);
        byte[] changed = editor.toBytes();
        // end
        ElfSymbol calls = ElfFile.parse(changed, "changed.o").symbol("calls").orElseThrow();
        assertThat(calls.sectionIndex()).isEqualTo(moved).isEqualTo(17);
        assertThat(calls.value()).isZero();
    }

    @Test
    void javadoc_ofThePackage_showsTheCodeOfThisTest() throws IOException {
        Path sources = Path.of(System.getProperty("basedir", ""), "src");
        Path shown = sources.resolve("main/java/io/ebpf4j/elf/package-info.java");
        Path run = sources.resolve("test/java/io/ebpf4j/elf/SnippetsTest.java");
        assertThat(blocks(shown, "\\{@snippet lang = java :\n(.*?)\n \\* }\n \\*\n", "(?m)^ \\* ?"))
                .isEqualTo(blocks(run, "// snippet\n(.*?)\n +// end\n", "")).hasSize(2);
    }

    private static List<String> blocks(Path source, String block, String prefix) throws IOException {
        var blocks = new ArrayList<String>();
        var matcher = Pattern.compile(block, Pattern.DOTALL).matcher(Files.readString(source));
        while (matcher.find()) {
            blocks.add(matcher.group(1).replaceAll(prefix, "").stripIndent());
        }
        return blocks;
    }
}
