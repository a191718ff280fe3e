package io.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ebpf4j.ProgramSpec;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The installed bpftool and this library, on the same code in the running kernel. */
@Live
@Tag("stress")
class XlatedLiveTest {
    private static final Path PINS = Path.of("/sys/fs/bpf");
    private static final Pattern COMPILED = Pattern.compile("[+-]\\d+#(bpf_prog_[0-9a-f]{16}_\\w+)");

    /** Several functions may have one address. */
    private static Map<Long, Set<String>> symbols = Map.of();
    private static long callBase;

    @TempDir
    private Path folder;

    @BeforeAll
    static void findBpftool() throws Exception {
        assumeTrue(run("bpftool", "version").isPresent(), "no bpftool to compare with");
        assumeTrue(Files.isDirectory(PINS) && Files.getFileStore(PINS).type().equals("bpf"),
                "no bpf file system at " + PINS + " for bpftool to pin programs in");
    }

    /** Loading a program adds its functions. */
    private static void readKernelSymbols() throws IOException {
        var read = new HashMap<Long, Set<String>>();
        try (var lines = Files.lines(Path.of("/proc/kallsyms"))) {
            // address, kind, name, and the module in brackets
            lines.forEach(line -> {
                int kind = line.indexOf(' ');
                int end = line.indexOf('\t');
                long address = Long.parseUnsignedLong(line.substring(0, kind), 16);
                String name = line.substring(kind + 3, end < 0 ? line.length() : end);
                read.computeIfAbsent(address, at -> new TreeSet<>()).add(name);
                if (name.equals("__bpf_call_base")) {
                    callBase = address;
                }
            });
        }
        symbols = read;
    }

    /** {@return what a command printed, unless there is no such command or it failed} */
    private static Optional<String> run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            return Optional.empty();
        }
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() == 0 ? Optional.of(output) : Optional.empty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"subprograms", "same_section", "core_relocations", "externs", "inner_maps", "sections",
            "usdt"})
    void code_inThisKernel_isShownAsBpftoolDoes(String object) throws Exception {
        for (String clang : List.of(Fixtures.CLANG14, Fixtures.CLANG19)) {
            ProgramSpec spec = Fixtures.spec(clang, object);
            Path file = Files.write(folder.resolve(object + ".bpf.o"), spec.toStandardObject());
            Path pins = PINS.resolve("ebpf4j_test_" + ProcessHandle.current().pid());
            try {
                assertThat(run("bpftool", "prog", "loadall", file.toString(), pins.toString())).as(object).isPresent();
                readKernelSymbols();
                List<Path> programs;
                try (var pinned = Files.list(pins)) {
                    programs = pinned.sorted().toList();
                }
                assertThat(programs).isNotEmpty();
                for (Path program : programs) {
                    compare(spec, run("bpftool", "prog", "dump", "xlated", "pinned", program.toString(), "opcodes")
                            .orElseThrow());
                }
            } finally {
                if (Files.isDirectory(pins)) {
                    try (var pinned = Files.list(pins)) {
                        for (Path program : pinned.toList()) {
                            Files.delete(program);
                        }
                    }
                    Files.delete(pins);
                }
            }
        }
    }

    private static void compare(ProgramSpec spec, String printed) {
        Xlated theirs = Xlated.parse(printed);
        var texts = theirs.texts();
        Disassembler disassembler = Disassembler.create();
        Disassembler ours = disassembler.withOpcodes(true).withNames(instruction -> switch (instruction) {
            case Call call when call.kind() == Call.Kind.FUNCTION -> compiled(call, texts.get(call));
            case Call call -> Optional.of(named(callBase + call.target(),
                    Xlated.called(call, String.valueOf(texts.get(call))).orElseThrow()));
            default -> Optional.empty();
        });
        assertThat(ours.text(theirs.code()).lines()).containsExactlyElementsOf(theirs.lines());
        Map<String, List<String>> sources = spec.code().map(code -> Xlated.parse(disassembler.text(code)).sources())
                .flatMap(map -> map.entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        theirs.sources().forEach((function, lines) -> assertThat(sources.get(function)).as(function)
                .containsSubsequence(lines));
    }

    private static String named(long address, String theirs) {
        Set<String> known = symbols.getOrDefault(address, Set.of("0x" + Long.toHexString(address)));
        return known.contains(theirs) ? theirs : known.iterator().next();
    }

    /** Which of its compiled functions a program calls only the kernel knows; that this is one of them can be told. */
    private static Optional<String> compiled(Call call, String theirs) {
        String name = theirs.substring("call pc".length());
        var parts = COMPILED.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        assertThat(symbols.values()).anyMatch(known -> known.contains(parts.group(1)));
        return Optional.of((call.displacement() < 0 ? "" : "+") + call.displacement() + "#" + parts.group(1));
    }

    @Test
    void symbols_ofThisKernel_areReadable() throws IOException {
        readKernelSymbols();
        assertThat(callBase).as("the address of __bpf_call_base; needs kernel.kptr_restrict=0 or root").isNotZero();
    }
}
