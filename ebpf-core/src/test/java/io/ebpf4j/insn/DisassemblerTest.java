package io.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.ProgramSpec;
import io.ebpf4j.btf.BtfExt.LineInfo;
import io.ebpf4j.testing.Fixtures;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisassemblerTest {
    private static final Disassembler PLAIN = Disassembler.create();

    private static Code subprogram(String folder, String name) {
        return Fixtures.spec(folder, "subprograms").code(name).orElseThrow();
    }

    @Test
    void function_ofAnObject_isShownWithNamesAndSource() {
        assertThat(PLAIN.text(subprogram(Fixtures.CLANG14, "on_rename"))).isEqualTo("""
                int on_rename(void * ctx):
                ; add(1);
                   0: (b7) r1 = 1
                   1: (85) call subprog[add]
                ; return add_twice(2);
                   2: (b7) r1 = 2
                   3: (85) call subprog[add_twice]
                ; return add_twice(2);
                   4: (b7) r0 = 0
                   5: (95) exit
                """);
    }

    @Test
    void source_withPlaces_isShownAsBpftoolDoesWithLinum() {
        assertThat(PLAIN.withSource(Disassembler.Source.PLACE).text(subprogram(Fixtures.CLANG14, "on_rename")).lines()
                .filter(line -> line.startsWith(";"))).containsExactly(
                        "; add(1); [file:./native/fixtures/src/subprograms.bpf.c line_num:34 line_col:2]",
                        "; return add_twice(2); [file:./native/fixtures/src/subprograms.bpf.c line_num:35 line_col:9]",
                        "; return add_twice(2); [file:./native/fixtures/src/subprograms.bpf.c line_num:35 line_col:2]");
    }

    @ParameterizedTest
    @CsvSource({"clang14-el, b7 01 00 00 02 00 00 00, 18 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
            "clang19-eb, b7 10 00 00 00 00 00 02, 18 10 00 00 00 00 00 00 00 00 00 00 00 00 00 00"})
    void opcodes_areTheBytesOfTheFile(String folder, String move, String load) {
        Disassembler opcodes = PLAIN.withSource(Disassembler.Source.NONE).withOpcodes(true);
        assertThat(opcodes.text(subprogram(folder, "on_rename")).lines().skip(4).limit(2))
                .containsExactly("   2: (b7) r1 = 2", "       " + move);
        assertThat(opcodes.text(subprogram(folder, "add"))).contains(": (18) r1 = map[calls]\n       " + load + "\n");
    }

    @Test
    void names_areAskedWhereNoSymbolIs() {
        var asked = new ArrayList<Instruction>();
        Disassembler named = PLAIN.withNames(instruction -> {
            asked.add(instruction);
            return Optional.of(instruction instanceof Call call && call.kind() == Call.Kind.FUNCTION
                    ? "+4#there"
                    : "there");
        });
        var symbol = new Symbol(Symbol.Kind.MAP, "calls", 0);
        var load = new LoadImmediate(LoadImmediate.Kind.MAP, 1, 5);
        assertThat(named.text(new CodeElement(0, load, Optional.of(symbol), Optional.empty())))
                .isEqualTo("(18) r1 = map[calls]");
        assertThat(asked).isEmpty();
        var expected = List.of("(18) r1 = there", "(85) call pc+4#there", "(85) call there#7000",
                "(85) call there#9", "(85) call bpf_map_lookup_elem#1", "(b7) r0 = 1");
        var instructions = List.of(load, new Call(Call.Kind.FUNCTION, 4, 1), new Call(Call.Kind.HELPER, 0, 7000),
                new Call(Call.Kind.KERNEL_FUNCTION, 0, 9), new Call(Call.Kind.HELPER, 0, 1),
                new Move(Width.BITS_64, 0, new Operand.Constant(1)));
        for (int i = 0; i < expected.size(); i++) {
            assertThat(named.text(new CodeElement(0, instructions.get(i), Optional.empty(), Optional.empty())))
                    .isEqualTo(expected.get(i));
        }
        assertThat(asked).containsExactlyElementsOf(instructions.subList(0, 4));
    }

    @Test
    void lines_areShownWhereTheyBegin() {
        var first = Optional.of(new LineInfo("s", 0, "a.c", "\t  first();", 3, 2));
        var second = Optional.of(new LineInfo("s", 16, "a.c", "", 0, 0));
        var exit = new Exit();
        var code = new Code("f", Optional.empty(), ByteOrder.LITTLE_ENDIAN,
                List.of(new CodeElement(0, exit, Optional.empty(), first),
                        new CodeElement(1, exit, Optional.empty(), first),
                        new CodeElement(2, exit, Optional.empty(), second)));
        assertThat(PLAIN.text(code)).isEqualTo("""
                ; first();
                   0: (95) exit
                   1: (95) exit
                ;\s
                   2: (95) exit
                """);
        assertThat(PLAIN.withSource(Disassembler.Source.NONE).text(code)).doesNotContain(";");
    }

    @Test
    void write_whereItIsRefused_throwsThat() {
        Code code = ProgramSpec.read(Fixtures.path("no_maps")).code().findFirst().orElseThrow();
        assertThatThrownBy(() -> PLAIN.write(code, new Writer() {
            @Override
            public void write(char[] buffer, int offset, int length) throws IOException {
                throw new IOException("full");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        })).isInstanceOf(IOException.class).hasMessage("full");
    }

    /** Thousands of instructions of a file can share one text of a megabyte. */
    @Test
    void longTexts_areCut() {
        String text = "x".repeat(5000);
        var call = new Call(Call.Kind.FUNCTION, 0, -1);
        var element = new CodeElement(0, call, Optional.of(new Symbol(Symbol.Kind.EXTERN, text, 8)),
                Optional.of(new LineInfo("socket", 0, text, text, 1, 2)));
        var code = new Code("f", Optional.empty(), ByteOrder.LITTLE_ENDIAN, List.of(element));
        String shown = "x".repeat(1024) + "...";
        assertThat(PLAIN.withSource(Disassembler.Source.PLACE).text(code)).isEqualTo("; " + shown + " [file:" + shown
                + " line_num:1 line_col:2]\n   0: (85) call extern[" + shown + "]+8\n");
    }
}
