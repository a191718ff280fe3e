package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Variables that the kernel sees, and that it writes. */
@Live
class GlobalOptionsLiveTest {
    private static final Path GLOBALS = Fixtures.path("live", "options_globals");
    private static final LoadOptions OPTIONS = LoadOptions.defaults().global("targ_tgid",
            ProcessHandle.current().pid());

    record Limits(int low, int high) {}

    @SuppressWarnings("ArrayRecordComponent") // what is tested
    record Config(int port, Limits limits, int slow, int fast, long[] table, String tag) {}

    record Part(int port, Limits limits) {}

    @Test
    void values_ofAllKinds_areWhatTheProgramSees() {
        var options = OPTIONS.global("a_u8", 200).global("a_s8", -100).global("a_u16", 60000).global("a_s16", -30000)
                .global("a_u32", 4000000000L).global("a_s32", -2000000000).global("a_u64", 1L << 62)
                .global("a_s64", -1L << 62).global("a_bool", true).global("a_mode", "MODE_LOUD")
                .global("a_text", "hello").global("a_mac", new byte[]{-1, 2, 3, 4, 5, 6})
                .global("a_list", new int[]{-7, 8, 9}).global("a_config", new Part(443, new Limits(10, 20)))
                .global("a_config.fast", 30).global("a_config.table[1]", -5L).global("a_config.tag", "t")
                .attach("count", false);
        try (var program = BpfProgram.load(GLOBALS, options)) {
            Events.rename();
            assertThat(program.variable("seen.u8", int.class).get()).isEqualTo(200);
            assertThat(program.variable("seen.s8", int.class).get()).isEqualTo(-100);
            assertThat(program.variable("seen.u16", int.class).get()).isEqualTo(60000);
            assertThat(program.variable("seen.s16", int.class).get()).isEqualTo(-30000);
            assertThat(program.variable("seen.u32", long.class).get()).isEqualTo(4000000000L);
            assertThat(program.variable("seen.s32", int.class).get()).isEqualTo(-2000000000);
            assertThat(program.variable("seen.u64", long.class).get()).isEqualTo(1L << 62);
            assertThat(program.variable("seen.s64", long.class).get()).isEqualTo(-1L << 62);
            assertThat(program.variable("seen.flag", boolean.class).get()).isTrue();
            assertThat(program.variable("seen.mode", String.class).get()).isEqualTo("MODE_LOUD");
            assertThat(program.variable("seen.text", String.class).get()).isEqualTo("hello");
            assertThat(program.variable("seen.mac", byte[].class).get()).containsExactly(-1, 2, 3, 4, 5, 6);
            assertThat(program.variable("seen.list", int[].class).get()).containsExactly(-7, 8, 9);
            Config config = program.variable("seen.config", Config.class).get();
            assertThat(config).usingRecursiveComparison()
                    .isEqualTo(new Config(443, new Limits(10, 20), 5, 30, new long[]{0, -5}, "t"));
        }
    }

    /** A library that writes the whole section back would undo what the kernel counts meanwhile. */
    @Test
    void variable_setInALoop_leavesItsNeighboursToTheKernel() {
        int renames = 500;
        try (var program = BpfProgram.load(GLOBALS, OPTIONS.attach("observe", false))) {
            BpfVariable<Long> knob = program.variable("knob", long.class);
            BpfVariable<Long> shared = program.variable("shared", long.class);
            var done = new AtomicBoolean();
            var turning = CompletableFuture.supplyAsync(() -> {
                long turns = 0;
                while (!done.get() || turns < 1000) {
                    knob.set(++turns);
                    shared.getAndAdd(1);
                }
                return turns;
            });
            for (int i = 0; i < renames; i++) {
                Events.rename();
            }
            done.set(true);
            long turns = turning.join();
            assertThat(program.variable("counter", long.class).getAcquire()).isEqualTo(1000L * renames);
            assertThat(knob.get()).isEqualTo(turns);
            assertThat(shared.getAcquire()).isEqualTo(1000L * renames + turns);
        }
    }

    @Test
    void variable_set_isWhatTheProgramSeesNext() {
        try (var program = BpfProgram.load(GLOBALS, OPTIONS.attach("count", false))) {
            program.variable("twin_one", int.class).set(77);
            Events.rename();
            assertThat(program.variable("twin_two", int.class).get()).isEqualTo(77);
            assertThat(program.variable("data_int", int.class).get()).isEqualTo(42);
        }
    }

    @Test
    void constant_afterLoading_isFrozen() {
        try (var program = BpfProgram.load(GLOBALS, OPTIONS.global("a_u32", 9))) {
            BpfVariable<Integer> constant = program.variable("a_u32", int.class);
            assertThat(constant.get()).isEqualTo(9);
            assertThatThrownBy(() -> constant.set(1)).isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("LoadOptions.global(\"a_u32\", ..)");
        }
    }

    @Test
    void staticVariables_ofASectionOfTheirOwn_areShared() {
        try (var program = BpfProgram.load(Fixtures.path("live", "options_statics"),
                LoadOptions.defaults().global("only_data", 12))) {
            Events.rename();
            assertThat(program.variable("only_static", int.class).get()).isEqualTo(12);
            program.variable("only_data", int.class).set(13);
            Events.rename();
            assertThat(program.variable("only_static", int.class).get()).isEqualTo(13);
        }
    }

    @Test
    void customSections_ofAllKinds_areShared() {
        var options = LoadOptions.defaults().global("data_custom", 50).global("rodata_custom", 60)
                .global("bss_custom", 70).global("rodata_pair.b", 80L);
        try (var program = BpfProgram.load(Fixtures.path("globals"), options)) {
            assertThat(program.variable("data_custom", int.class).get()).isEqualTo(50);
            assertThat(program.variable("rodata_custom", int.class).get()).isEqualTo(60);
            assertThat(program.variable("bss_custom", int.class).get()).isEqualTo(70);
            assertThat(program.variable("rodata_pair.b", long.class).get()).isEqualTo(80);
            assertThat(program.variable("rodata_text", String.class).get()).isEqualTo("read only");
        }
    }

    @Test
    void kconfig_isReadAndOverridden() {
        var options = LoadOptions.defaults().kconfig("CONFIG_EBPF4J_ANSWER=41").kconfig("CONFIG_EBPF4J_ANSWER=42")
                .target("on_tracepoint", "task_rename").enable("on_tracepoint");
        try (var program = BpfProgram.load(Fixtures.path("live", "options_target"), options)) {
            assertThat(program.attached()).extracting(FunctionSpec::name).containsExactly("on_tracepoint");
            Events.rename();
            assertThat(program.variable("answer", int.class).get()).isEqualTo(42);
            assertThat(program.variable("hits", int.class).get()).isPositive();
            BpfVariable<Integer> version = program.variable("LINUX_KERNEL_VERSION", int.class);
            assertThat(version.get()).isEqualTo(program.variable("version", int.class).get()).isPositive();
            assertThat(program.variable("CONFIG_EBPF4J_ANSWER", int.class).get()).isEqualTo(42);
            assertThatThrownBy(() -> version.set(1)).isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("LoadOptions.kconfig(\"LINUX_KERNEL_VERSION=..\")");
        }
    }

    @Test
    void program_loadedTwice_hasVariablesOfItsOwn() {
        try (var first = BpfProgram.load(GLOBALS, OPTIONS.global("data_int", 1).global("a_u8", 11));
                var second = BpfProgram.load(GLOBALS, OPTIONS.global("data_int", 2).global("a_u8", 22))) {
            first.variable("knob", long.class).set(100L);
            assertThat(second.variable("knob", long.class).get()).isZero();
            assertThat(first.variable("data_int", int.class).get()).isEqualTo(1);
            assertThat(second.variable("data_int", int.class).get()).isEqualTo(2);
            Events.rename();
            assertThat(first.variable("seen.u8", int.class).get()).isEqualTo(11);
            assertThat(second.variable("seen.u8", int.class).get()).isEqualTo(22);
        }
    }

    @Test
    void variable_usedWhileTheProgramCloses_throwsAndTheJvmLives() throws Exception {
        for (int round = 0; round < 30; round++) {
            var program = BpfProgram.load(GLOBALS, OPTIONS.attachNothing());
            BpfVariable<Long> knob = program.variable("knob", long.class);
            BpfVariable<String> text = program.variable("seen.text", String.class);
            var using = CompletableFuture.runAsync(() -> {
                while (true) {
                    knob.getAndAdd(1);
                    knob.get();
                    text.get();
                }
            });
            Thread.sleep(round % 3);
            program.close();
            assertThatThrownBy(using::join).hasCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the program is closed");
        }
    }
}
