package io.ebpf4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All that {@code readelf} of GNU binutils reads in an object, we read too, and as the same. */
class ReadelfTest {
    private static final Map<String, Integer> SECTION_TYPES = Map.of("NULL", 0, "PROGBITS", 1, "SYMTAB", 2, "STRTAB", 3,
            "RELA", 4, "NOTE", 7, "NOBITS", 8, "REL", 9);
    private static final String FLAG_LETTERS = "WAXMSILGTCE";
    private static final List<Integer> FLAG_BITS = List.of(0, 1, 2, 4, 5, 6, 7, 9, 10, 11, 31);
    private static final List<String> SYMBOL_TYPES = List.of("NOTYPE", "OBJECT", "FUNC", "SECTION", "FILE", "COMMON",
            "TLS");
    private static final List<String> BINDINGS = List.of("LOCAL", "GLOBAL", "WEAK");
    private static final List<String> VISIBILITIES = List.of("DEFAULT", "INTERNAL", "HIDDEN", "PROTECTED");

    private static final Pattern SECTION = Pattern.compile("\\s+\\[\\s*(\\d+)] (.*?)\\s+(\\S+)\\s+([0-9a-f]{16}) "
            + "([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+)\\s+([A-Za-z]*)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s*");
    private static final Pattern SYMBOL = Pattern
            .compile("\\s+(\\d+): ([0-9a-f]{16})\\s+(\\S+) (\\S+)\\s+(\\S+)\\s+(\\S+)\\s+(\\S+)(?: (.*))?");
    private static final Pattern TABLE = Pattern.compile("Relocation section '(.*)' at offset .*");
    private static final Pattern RELOCATION = Pattern
            .compile("([0-9a-f]{16})\\s+([0-9a-f]{16}) \\S+.*?(?: ([+-]) ([0-9a-f]+))?");

    @TempDir
    static Path folder;

    @BeforeAll
    static void readelfIsThere() throws IOException, InterruptedException {
        try {
            run("readelf", "--version");
        } catch (IOException e) {
            String reason = "skipped: no readelf on the PATH (Debian: apt install binutils): " + e.getMessage();
            System.out.println("ReadelfTest " + reason);
            abort(reason);
        }
    }

    static List<Path> objects() throws IOException {
        var objects = new ArrayList<Path>();
        for (String fixture : Fixtures.ALL) {
            objects.add(Files.write(folder.resolve(fixture), Fixtures.bytes(fixture)));
            ElfFile file = Fixtures.parse(fixture);
            ElfEditor editor = fixture.equals(Fixtures.ANSWER)
                    ? ElfEditor.of(file).renameSection(4, ".data.renamed").addRelocations(4,
                            List.of(new ElfRelocation(0x14, 1, 3, OptionalLong.of(-8))))
                    : ElfEditorTest.mergeMaps(file);
            editor.addSection(".added", 1, 2, 16, new byte[33]);
            objects.add(Files.write(folder.resolve("edited-" + fixture), editor.toBytes()));
        }
        objects.addAll(Fixtures.ofTheWholeProject());
        return objects;
    }

    @ParameterizedTest
    @MethodSource("objects")
    void object_asReadelfReadsIt_isAsWeReadIt(Path object) throws IOException, InterruptedException {
        ElfFile file = ElfFile.parse(object);
        var sections = new ArrayList<ElfSection>();
        var symbols = new ArrayList<ElfSymbol>();
        var relocations = new ArrayList<String>();
        String table = "";
        for (String line : run("readelf", "-SsrW", object.toString())) {
            Matcher section = SECTION.matcher(line);
            Matcher symbol = SYMBOL.matcher(line);
            Matcher relocation = RELOCATION.matcher(line);
            Matcher start = TABLE.matcher(line);
            if (section.matches()) {
                sections.add(section(section, file));
            } else if (symbol.matches()) {
                symbols.add(symbol(symbol));
            } else if (start.matches()) {
                table = start.group(1);
            } else if (relocation.matches()) {
                relocations.add(table + " " + relocation.group(1) + " " + relocation.group(2) + " "
                        + addend(file, table, relocation));
            }
        }
        assertThat(file.sections()).isEqualTo(sections).hasSizeGreaterThan(5);
        assertThat(file.symbols()).isEqualTo(symbols).hasSizeGreaterThan(2);
        assertThat(relocations(file)).containsExactlyInAnyOrderElementsOf(relocations).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("objects")
    void object_edited_makesReadelfWarnOfNothing(Path object) throws IOException, InterruptedException {
        assertThat(run("readelf", "-aW", object.toString())).noneMatch(line -> line.contains("readelf: "))
                .hasSizeGreaterThan(40);
    }

    private static ElfSection section(Matcher line, ElfFile file) {
        int index = Integer.parseInt(line.group(1));
        String type = line.group(3);
        Integer known = SECTION_TYPES.get(type);
        ElfSection ours = file.section(index);
        int number = known != null
                ? known
                : type.startsWith("LOOS+0x") ? 0x60000000 + Integer.parseInt(type.substring(7), 16) : ours.type();
        return new ElfSection(index, line.group(2), number, flags(line.group(8), ours), hex(line.group(4)),
                hex(line.group(5)), hex(line.group(6)), Integer.parseInt(line.group(9)),
                Integer.parseInt(line.group(10)),
                Long.parseLong(line.group(11)), hex(line.group(7)));
    }

    /** The letters that readelf has no name for, {@code o p x}, are taken from us. */
    private static long flags(String letters, ElfSection ours) {
        long flags = 0;
        for (int i = 0; i < letters.length(); i++) {
            int bit = FLAG_LETTERS.indexOf(letters.charAt(i));
            flags |= bit < 0 ? ours.flags() : 1L << FLAG_BITS.get(bit);
        }
        return flags;
    }

    /** For a symbol that stands for a section readelf shows the section's name. */
    private static ElfSymbol symbol(Matcher line) {
        int index = Integer.parseInt(line.group(1));
        int section = switch (line.group(7)) {
            case "UND" -> 0;
            case "ABS" -> ElfSymbol.ABSOLUTE;
            case "COM" -> ElfSymbol.COMMON;
            case String number -> Integer.parseInt(number);
        };
        String name = line.group(4).equals("SECTION") || line.group(8) == null ? "" : line.group(8);
        return new ElfSymbol(index, name, hex(line.group(2)), Long.decode(line.group(3)),
                BINDINGS.indexOf(line.group(5)),
                SYMBOL_TYPES.indexOf(line.group(4)), VISIBILITIES.indexOf(line.group(6)), section);
    }

    private static String addend(ElfFile file, String table, Matcher line) {
        if (file.section(table).orElseThrow().type() == ElfConstants.SHT_REL) {
            return "none";
        }
        return Long.toString(line.group(3).equals("-") ? -hex(line.group(4)) : hex(line.group(4)));
    }

    private static List<String> relocations(ElfFile file) {
        var all = new ArrayList<String>();
        for (ElfSection target : file.sections()) {
            List<ElfSection> tables = file.sections().stream()
                    .filter(s -> s.isRelocations() && s.info() == target.index() && s.size() != 0).toList();
            assertThat(tables).hasSizeLessThan(2);
            for (ElfRelocation relocation : file.relocations(target)) {
                all.add("%s %016x %016x %s".formatted(tables.getFirst().name(), relocation.offset(),
                        (long) relocation.symbolIndex() << 32 | relocation.type(),
                        relocation.addend().isPresent() ? relocation.addend().getAsLong() : "none"));
            }
        }
        return all;
    }

    private static long hex(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }

    private static List<String> run(String... command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        List<String> lines;
        try (Stream<String> output = process.inputReader().lines()) {
            lines = output.toList();
        }
        assertThat(process.waitFor()).as("%s", String.join("\n", lines)).isZero();
        return lines;
    }
}
