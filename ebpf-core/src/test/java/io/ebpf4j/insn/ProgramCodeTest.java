package io.ebpf4j.insn;

import static io.ebpf4j.insn.Symbol.Kind.DATA;
import static io.ebpf4j.insn.Symbol.Kind.EXTERN;
import static io.ebpf4j.insn.Symbol.Kind.FUNCTION;
import static io.ebpf4j.insn.Symbol.Kind.MAP;
import static io.ebpf4j.insn.Symbol.Kind.SECTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The code of object files: which functions, what their instructions refer to, which lines they are made from. */
class ProgramCodeTest {
    @SuppressWarnings("unused") // by name
    private static final List<String> FOLDERS = Fixtures.FOLDERS;

    private static List<Symbol> symbols(Code code) {
        return code.elements().stream().flatMap(element -> element.symbol().stream()).distinct().toList();
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void functions_ofAnObject_areThoseOfSectionsThenSubprograms(String folder) {
        ProgramSpec spec = Fixtures.spec(folder, "subprograms");
        assertThat(spec.code().map(Code::name)).containsExactlyInAnyOrder("add_twice", "add", "on_rename");
        assertThat(spec.code("nosuch")).isEmpty();
        assertThat(spec.code("add").orElseThrow().prototype()).hasValue("void add(__u32 key)");
        for (FunctionSpec function : spec.functions()) {
            assertThat(spec.code(function.name()).orElseThrow().size()).isEqualTo(function.instructions());
        }
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void calls_ofStaticAndGlobalFunctions_haveTheirNames(String folder) {
        ProgramSpec spec = Fixtures.spec(folder, "subprograms");
        assertThat(symbols(spec.code("on_rename").orElseThrow())).containsExactly(
                new Symbol(FUNCTION, "add", 0), new Symbol(FUNCTION, "add_twice", 0));
        // in the same section the compiler leaves no relocation
        assertThat(symbols(spec.code("add_twice").orElseThrow())).containsExactly(new Symbol(FUNCTION, "add", 0));
        assertThat(symbols(spec.code("add").orElseThrow())).containsExactly(new Symbol(MAP, "calls", 0));
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void variables_staticAndHiddenOnesToo_haveTheirNames(String folder) {
        Code code = Fixtures.spec(folder, "globals").code("sum").orElseThrow();
        assertThat(symbols(code)).contains(new Symbol(DATA, "static_data", 0), new Symbol(DATA, "static_bss", 0),
                new Symbol(DATA, "hidden_data", 0), new Symbol(DATA, "data_custom", 0), new Symbol(DATA, "sum.fmt", 0),
                new Symbol(SECTION, ".rodata.str1.1", 0)).allMatch(symbol -> symbol.addend() == 0);
        assertThat(code.elements()).filteredOn(e -> e.instruction() instanceof LoadImmediate)
                .allMatch(element -> element.symbol().isPresent());
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void externs_ofTheKernel_haveTheirNames(String folder) {
        Code code = Fixtures.spec(folder, "externs").code("on_rename").orElseThrow();
        assertThat(symbols(code)).contains(new Symbol(EXTERN, "schedule", 0),
                new Symbol(EXTERN, "LINUX_KERNEL_VERSION", 0), new Symbol(EXTERN, "ebpf4j_no_such_variable", 0),
                new Symbol(EXTERN, "ebpf4j_no_such_function", 0), new Symbol(DATA, "version", 0));
        assertThat(code.elements()).filteredOn(e -> e.instruction() instanceof Call).singleElement()
                .extracting(CodeElement::symbol)
                .isEqualTo(Optional.of(new Symbol(EXTERN, "ebpf4j_no_such_function", 0)));
    }

    @Test
    void callbacksAndPlacesWithinVariables_haveNamesAndAddends() {
        var path = Fixtures.ROOT.resolve("ebpf-core/src/test/resources/io/ebpf4j/insn/isa.bpf.o");
        ProgramSpec spec = ProgramSpec.read(path);
        assertThat(symbols(spec.code("names").orElseThrow())).contains(new Symbol(FUNCTION, "each", 0),
                new Symbol(FUNCTION, "twice", 0), new Symbol(MAP, "slots", 0), new Symbol(DATA, "hidden", 0),
                new Symbol(EXTERN, "bpf_rcu_read_lock", 0), new Symbol(DATA, "text", 0));
        assertThat(new Symbol(DATA, "totals", 8)).hasToString("data[totals]+8");
        assertThat(new Symbol(SECTION, ".rodata", -8)).hasToString("section[.rodata]-8");
        assertThat(spec.code("arithmetic").orElseThrow().elements()).extracting(CodeElement::instruction)
                .contains(new Arithmetic(Arithmetic.Operation.SMOD, Width.BITS_32, 1, new Operand.Constant(13)),
                        new SignExtend(Width.BITS_64, Size.WORD, 6, 1),
                        new ByteSwap(ByteSwap.Order.OTHER, Size.DOUBLE, 6));
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void code_ofAllFixtures_isKnownAndComesBackAsItWas(String folder) {
        int instructions = 0;
        for (String name : Fixtures.names(folder)) {
            if (List.of("no_btf").contains(name)) {
                continue; // nothing reads it
            }
            ProgramSpec spec;
            try {
                spec = Fixtures.spec(folder, name);
            } catch (ObjectFileException e) {
                continue; // made to be refused
            }
            for (Code code : spec.code().toList()) {
                assertThat(code.elements()).as(name + " " + code.name()).isNotEmpty()
                        .noneMatch(element -> element.instruction() instanceof Unknown)
                        .allMatch(element -> !(element.instruction() instanceof Jump)
                                || code.target(element).isPresent());
                instructions += code.elements().size();
            }
        }
        assertThat(instructions).isGreaterThan(1_000);
    }

    @Test
    void spec_ofAHalfInstruction_isReadAndItsCodeRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(Fixtures.path("no_maps"));
        var elf = ProgramSpec.read(bytes, "x.bpf.o").elf();
        var function = elf.symbols().stream().filter(s -> s.isFunction()).findFirst().orElseThrow();
        long last = elf.section(function.sectionIndex()).offset() + function.value() + function.size() - 8;
        bytes[Math.toIntExact(last)] = 0x18;
        ProgramSpec spec = ProgramSpec.read(bytes, "x.bpf.o");
        assertThatThrownBy(() -> spec.code(function.name())).isInstanceOf(ObjectFileException.class)
                .hasMessage("x.bpf.o: function '" + function.name() + "': the ld_imm64 at offset "
                        + (function.size() - 8) + " has 8 bytes, must have 16; the file is damaged");
    }

    /** A file's every byte is a stranger's: what comes out is a value or the one exception. */
    @Test
    void corruptedObjects_giveCodeOrObjectFileException() throws IOException {
        long seed = System.nanoTime();
        System.out.println("ProgramCodeTest seed " + seed);
        var random = new Random(seed);
        var disassembler = Disassembler.create().withOpcodes(true).withSource(Disassembler.Source.PLACE);
        int refused = 0;
        for (String name : List.of("subprograms", "externs", "globals")) {
            byte[] whole = Files.readAllBytes(Fixtures.path(name));
            for (int i = 0; i < 700; i++) {
                byte[] bytes = i % 2 == 0 ? whole.clone() : Arrays.copyOf(whole, random.nextInt(whole.length));
                if (i % 2 == 0) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                try {
                    ProgramSpec.read(bytes, name).code().forEach(disassembler::text);
                } catch (ObjectFileException e) {
                    refused++;
                } catch (RuntimeException e) {
                    throw new AssertionError(name + " step " + i + " of seed " + seed, e);
                }
            }
        }
        assertThat(refused).isBetween(1_050, 2_050);
    }
}
