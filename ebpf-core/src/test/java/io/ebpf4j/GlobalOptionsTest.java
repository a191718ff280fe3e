package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Fixtures;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of variables, and what a program of them shows before any kernel has it. */
class GlobalOptionsTest {
    private static final String WHERE = "options_globals: variable '";

    private final ProgramSpec spec = ProgramSpec.read(Fixtures.path("live", "options_globals"));

    enum Mode {
        MODE_OFF, MODE_ON, MODE_LOUD
    }

    enum Other {
        MODE_QUIET
    }

    record Limits(int low, long high) {}

    record Config(int port, Limits limits) {}

    record Misspelt(int portt) {}

    static Stream<Arguments> misfits() {
        return Stream.of(misfit("a_u8", 256, "256 does not fit C type const volatile __u8: it takes 0 to 255"),
                misfit("a_u8", -1, "-1 does not fit C type const volatile __u8: it takes 0 to 255"),
                misfit("a_s8", 128L, "128 does not fit C type const volatile __s8: it takes -128 to 127"),
                misfit("a_u32", -1, "-1 does not fit C type const volatile __u32: it takes 0 to 4294967295"),
                misfit("a_s32", 1L << 31,
                        "2147483648 does not fit C type const volatile __s32: it takes -2147483648 to 2147483647"),
                misfit("a_u64", -1L,
                        "-1 does not fit C type const volatile __u64: it takes 0 to 18446744073709551615"),
                misfit("a_s64", BigInteger.ONE.shiftLeft(63), "9223372036854775808 does not fit C type const volatile"
                        + " __s64: it takes -9223372036854775808 to 9223372036854775807"),
                misfit("a_mode", "MODE_LOUDER",
                        "'MODE_LOUDER' is no constant of const volatile enum mode; it has [MODE_OFF, MODE_ON,"
                                + " MODE_LOUD]"),
                misfit("a_mode", Other.MODE_QUIET, "'MODE_QUIET' is no constant of const volatile enum mode; it has"
                        + " [MODE_OFF, MODE_ON, MODE_LOUD]"),
                misfit("a_text", "12345678", "\"12345678\" has 8 bytes, but const volatile char[8] has room for 7 and"
                        + " the NUL that ends a text"),
                misfit("a_text", "äöüß", "\"äöüß\" has 8 bytes, but const volatile char[8] has room for 7 and the NUL"
                        + " that ends a text"),
                misfit("a_mac", new byte[5], "byte[5] is not the 6 bytes of const volatile __u8[6]"),
                misfit("a_list", new int[]{1}, "an array of 1 elements is not const volatile int[3];"
                        + " Arrays.copyOf(values, 3) makes it as long"),
                misfit("a_mac", new int[]{1, 2, 3, 4, 5, 256},
                        "[5]256 does not fit C type const volatile __u8: it takes 0 to 255"),
                misfit("a_config", new byte[3], "byte[3] is not the 40 bytes of const volatile struct config"),
                misfit("a_config.fast", 32, "32 does not fit C type __u32:5: it takes 0 to 31"));
    }

    static Stream<Arguments> mismatches() {
        return Stream.of(
                misfit("a_u32", "42", "a value of Java type String cannot become one of C type const volatile __u32 (4"
                        + " bytes); give an integer: byte, short, int, long or BigInteger"),
                misfit("a_u32", 1.5, "a value of Java type Double cannot become one of C type const volatile __u32 (4"
                        + " bytes); give an integer: byte, short, int, long or BigInteger"),
                misfit("a_bool", 1, "a value of Java type Integer cannot become one of C type const volatile _Bool (1"
                        + " bytes); give Boolean or byte[1]"),
                misfit("a_text", 7, "a value of Java type Integer cannot become one of C type const volatile char[8] (8"
                        + " bytes); give String or byte[]"),
                misfit("a_list", 7, "a value of Java type Integer cannot become one of C type const volatile int[3] (12"
                        + " bytes); give an array"),
                misfit("a_list", new String[]{"1", "2", "3"}, "[0]a value of Java type String cannot become one of C"
                        + " type const volatile int (4 bytes); give an integer: byte, short, int, long or BigInteger"),
                misfit("a_config", 80, "a value of Java type Integer cannot become one of C type const volatile struct"
                        + " config (40 bytes); give a record with components of its fields' names, or byte[40]"),
                misfit("a_config", new Misspelt(1), "const volatile struct config has no field for component 'portt' of"
                        + " record io.ebpf4j.GlobalOptionsTest$Misspelt; its fields are [port, limits, slow, fast,"
                        + " table, tag]"));
    }

    private static Arguments misfit(String variable, Object value, String message) {
        return Arguments.of(variable, value, message);
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void value_thatDoesNotFit_throwsWithRange(String variable, Object value, String message) {
        assertThatThrownBy(() -> LoadOptions.defaults().global(variable, value).plan(spec))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(at(variable, message));
    }

    @ParameterizedTest
    @MethodSource("mismatches")
    void value_ofWrongJavaType_throwsWithBothTypes(String variable, Object value, String message) {
        assertThatThrownBy(() -> LoadOptions.defaults().global(variable, value).plan(spec))
                .isInstanceOf(BindingException.class)
                .hasMessage(at(variable, message));
    }

    /** A message may begin with the index of the element that is meant. */
    private static String at(String variable, String message) {
        int element = message.indexOf(']') + 1;
        return message.startsWith("[")
                ? WHERE + variable + message.substring(0, element) + "': " + message.substring(element)
                : WHERE + variable + "': " + message;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "targ_tgd       | options_globals: has no variable 'targ_tgd' (did you mean 'targ_tgid'?); its variables are",
            "a_config.prt   | options_globals: variable 'a_config.prt': const volatile struct config has no member 'prt'"
                    + " (did you mean 'port'?); its members are [port, limits, slow, fast, table, tag]",
            "a_config.port.x| options_globals: variable 'a_config.port.x': a_config.port is of C type __u16, which has no"
                    + " members",
            "a_list[3]      | options_globals: variable 'a_list[3]': a_list has 3 elements, from 0 on",
            "a_u8[0]        | options_globals: variable 'a_u8[0]': a_u8 is of C type const volatile __u8, whose parts have"
                    + " no index",
            "a_config..port | options_globals: variable 'a_config..port': '..port' names no part of a value; write"
                    + " .member or [index]",
            "a_list[-1]     | options_globals: variable 'a_list[-1]': '[-1]' names no part of a value; write .member or"
                    + " [index]"})
    void path_toNothing_throwsWithWhatThereIs(String path, String message) {
        assertThatThrownBy(() -> LoadOptions.defaults().global(path, 1).plan(spec))
                .isInstanceOf(IllegalArgumentException.class).message().startsWith(message);
    }

    @Test
    void kconfigVariable_pointsToTheOtherOption() {
        var externs = ProgramSpec.read(Fixtures.path("externs"));
        assertThatThrownBy(() -> LoadOptions.defaults().global("LINUX_KERNEL_VERSION", 1).plan(externs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("externs: variable 'LINUX_KERNEL_VERSION': is a value of the kernel's configuration; set it"
                        + " by LoadOptions.kconfig(\"LINUX_KERNEL_VERSION=..\")");
    }

    /** Static variables of two files that were linked; this file is one, so the name is changed in it. */
    @Test
    void staticTwins_ofOneName_areAmbiguous() throws Exception {
        byte[] bytes = Files.readAllBytes(Fixtures.path("live", "options_globals"));
        var twins = ProgramSpec.read(patched(bytes, "twin_two", "twin_one"), "linked");
        assertThat(twins.variables()).filteredOn(v -> v.name().equals("twin_one")).hasSize(2);
        assertThatThrownBy(() -> LoadOptions.defaults().global("twin_one", 1).plan(twins))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("linked: has 2 variables 'twin_one', static ones of several source files, in sections"
                        + " [.data, .bss]; give the one that is meant a name of its own");
    }

    private static byte[] patched(byte[] bytes, String from, String to) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.replace('\0' + from + '\0', '\0' + to + '\0')
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void values_ofAllKinds_areWhatTheProgramBeginsWith() {
        var options = LoadOptions.defaults().global("a_u8", 255L).global("a_s8", (byte) -128).global("a_u16", 65535)
                .global("a_s16", (short) -2).global("a_u32", 4294967295L).global("a_s32", -3)
                .global("a_u64", BigInteger.TWO.pow(64).subtract(BigInteger.ONE)).global("a_s64", Long.MIN_VALUE)
                .global("a_bool", true).global("a_mode", "MODE_LOUD").global("a_text", "seven..")
                .global("a_mac", new byte[]{1, 2, 3, 4, 5, -1}).global("a_list", new long[]{7, -8, 9})
                .global("a_config", new Config(443, new Limits(10, 20))).global("a_config.table[1]", -5)
                .global("a_config.fast", 30).global("data_limits.high", 99);
        try (var program = BpfProgram.replay(spec, new MapDump(Map.of()), options)) {
            assertThat(program.variable("a_u8", int.class).get()).isEqualTo(255);
            assertThat(program.variable("a_s8", int.class).get()).isEqualTo(-128);
            assertThat(program.variable("a_u16", int.class).get()).isEqualTo(65535);
            assertThat(program.variable("a_s16", short.class).get()).isEqualTo((short) -2);
            assertThat(program.variable("a_u32", long.class).get()).isEqualTo(4294967295L);
            assertThat(program.variable("a_s32", int.class).get()).isEqualTo(-3);
            assertThat(program.variable("a_u64", BigInteger.class).get()).isEqualTo("18446744073709551615");
            assertThat(program.variable("a_s64", long.class).get()).isEqualTo(Long.MIN_VALUE);
            assertThat(program.variable("a_bool", boolean.class).get()).isTrue();
            assertThat(program.variable("a_mode", Mode.class).get()).isEqualTo(Mode.MODE_LOUD);
            assertThat(program.variable("a_text", String.class).get()).isEqualTo("seven..");
            assertThat(program.variable("a_mac", byte[].class).get()).containsExactly(1, 2, 3, 4, 5, -1);
            assertThat(program.variable("a_list", int[].class).get()).containsExactly(7, -8, 9);
            assertThat(program.variable("a_config", Config.class).get()).isEqualTo(new Config(443, new Limits(10, 20)));
            assertThat(program.variable("a_config.slow", int.class).get()).isEqualTo(5); // as the file says
            assertThat(program.variable("a_config.fast", int.class).get()).isEqualTo(30);
            assertThat(program.variable("a_config.table[1]", long.class).get()).isEqualTo(-5);
            assertThat(program.variable("data_limits", Limits.class).get()).isEqualTo(new Limits(3, 99));
            assertThat(program.variable("tiny_neighbour", int.class).get()).isEqualTo(5);
        }
    }

    @Test
    void enumConstants_byNumberAndJavaEnum_areTaken() {
        for (Object value : new Object[]{7, 7L, Mode.MODE_LOUD}) {
            try (var program = BpfProgram.replay(spec, new MapDump(Map.of()),
                    LoadOptions.defaults().global("a_mode", value))) {
                assertThat(program.variable("a_mode", String.class).get()).isEqualTo("MODE_LOUD");
            }
        }
    }

    @Test
    void text_shorterThanTheOneBefore_leavesNothingOfIt() {
        try (var program = BpfProgram.replay(spec, new MapDump(Map.of()),
                LoadOptions.defaults().global("a_text", "ab"))) {
            assertThat(program.variable("a_text", String.class).get()).isEqualTo("ab");
        }
        try (var program = BpfProgram.replay(spec, new MapDump(Map.of()))) {
            assertThat(program.variable("a_text", String.class).get()).isEqualTo("initial");
        }
    }

    @Test
    void array_changedLater_doesNotChangeTheOptions() {
        int[] list = {1, 2, 3};
        var options = LoadOptions.defaults().global("a_list", list);
        list[0] = 99;
        try (var program = BpfProgram.replay(spec, new MapDump(Map.of()), options)) {
            assertThat(program.variable("a_list", int[].class).get()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void bigEndianFile_getsBigEndianValues() {
        var big = Fixtures.spec(Fixtures.BIG, "globals");
        try (var program = BpfProgram.replay(big, new MapDump(Map.of()),
                LoadOptions.defaults().global("data_int", 0x01020304).global("rodata_pair.b", 5))) {
            assertThat(program.variable("data_int", int.class).get()).isEqualTo(0x01020304);
            assertThat(program.variable("rodata_pair.b", long.class).get()).isEqualTo(5);
            assertThat(program.variable("rodata_pair.a", int.class).get()).isEqualTo(1);
            assertThatThrownBy(() -> program.variable("data_int", int.class).getAndAdd(1))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("BIG_ENDIAN").hasMessageContaining("use get and set");
        }
    }

    @Test
    void replay_ofMapsPinnedOrTakenFromElsewhere_isRefused() {
        var maps = ProgramSpec.read(Fixtures.path("live", "options_maps"));
        var dump = new MapDump(Map.of());
        assertThatThrownBy(() -> BpfProgram.replay(maps, dump,
                LoadOptions.defaults().pin("counts", Path.of("/sys/fs/bpf/x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("options_maps: is a recording and in no kernel, so its maps [counts] can be neither pinned"
                        + " nor taken from elsewhere; leave LoadOptions.pin and reuseMap out");
        assertThatThrownBy(() -> BpfProgram.replay(maps, dump,
                LoadOptions.defaults().reuseMap("like", Path.of("/sys/fs/bpf/x"))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("[like]");
    }

    @Test
    void replay_ofOtherOptions_ignoresWhatOnlyLoadingNeeds() {
        var maps = ProgramSpec.read(Fixtures.path("live", "options_maps"));
        var options = LoadOptions.defaults().maxEntries("counts", 99).innerMap("outer", "like").disable("on_rename")
                .pinRoot(Path.of("/no/such")).kernelTypes(Path.of("/no/such")).token(Path.of("/no/such"))
                .kconfig("CONFIG_X=y").verifierLog(1, (function, log) -> {
                    throw new AssertionError("nothing is verified");
                });
        try (var program = BpfProgram.replay(maps, new MapDump(Map.of()), options)) {
            assertThat(program.map("counts").spec().maxEntries()).isEqualTo(99);
            assertThat(program.map("counts").isPinned(Path.of("/sys/fs/bpf/x"))).isFalse();
            assertThatThrownBy(() -> program.map("counts").pin(Path.of("/sys/fs/bpf/x")))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage("options_maps: map 'counts' is a recording and in no kernel, so it cannot be pinned;"
                            + " load the program to do that");
            assertThatThrownBy(() -> program.map("counts").freeze()).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void variable_afterClose_throws() {
        var program = BpfProgram.replay(spec, new MapDump(Map.of()));
        BpfVariable<Long> knob = program.variable("knob", long.class);
        knob.set(5L);
        program.close();
        assertThatThrownBy(knob::get).isInstanceOf(IllegalStateException.class)
                .hasMessage("options_globals: variable 'knob': the program is closed");
        assertThatThrownBy(() -> knob.set(1L)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> knob.getAndAdd(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(knob::getAcquire).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> knob.setRelease(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> knob.compareAndSet(1, 2)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> program.variable("knob", long.class)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(program::maps).isInstanceOf(IllegalStateException.class);
    }
}
