package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.testing.Fixtures;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which functions options choose. */
class LoadOptionsTest {
    private final ProgramSpec optional = ProgramSpec.read(Fixtures.path("optional"));
    private final ProgramSpec hooks = ProgramSpec.read(Fixtures.path("live", "target_hooks"));

    @Test
    void function_unknown_throwsWithNamesAndSuggestion() {
        assertThatThrownBy(() -> LoadOptions.defaults().enable("wantd").plan(optional))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("optional: has no function 'wantd' (did you mean 'wanted'?); its functions are"
                        + " [needed, wanted, impossible]");
        assertThatThrownBy(() -> LoadOptions.defaults().disable("x").plan(optional))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'x'");
        assertThatThrownBy(() -> LoadOptions.defaults().attach("y", false).plan(optional))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'y'");
    }

    @Test
    void defaults_loadAndAttach_whatIsNotOptional() {
        LoadPlan plan = LoadOptions.defaults().plan(optional);
        assertThat(names(plan::loads)).containsExactly("needed");
        assertThat(names(plan::attaches)).containsExactly("needed");
    }

    @Test
    void enabled_loadsAndAttaches_andTheLaterWins() {
        LoadPlan plan = LoadOptions.defaults().enable("wanted").enable("impossible").disable("impossible")
                .disable("needed").plan(optional);
        assertThat(names(plan::loads)).containsExactly("wanted");
        assertThat(names(plan::attaches)).containsExactly("wanted");
    }

    @Test
    void attach_false_loadsAndDoesNotAttach() {
        LoadPlan plan = LoadOptions.defaults().enable("wanted").attach("needed", false).plan(optional);
        assertThat(names(plan::loads)).containsExactly("needed", "wanted");
        assertThat(names(plan::attaches)).containsExactly("wanted");
    }

    @Test
    void target_ofABareSection_hooksItOnLoading() {
        LoadOptions options = LoadOptions.defaults().target("on_kernel_entry", "comm_write");
        assertThatThrownBy(() -> options.plan(hooks)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("target_hooks: function 'on_kernel_entry' is to be hooked, but not loaded, for its section"
                        + " begins with '?'; add LoadOptions.enable(\"on_kernel_entry\")");
        LoadPlan plan = options.enable("on_kernel_entry").plan(hooks);
        assertThat(hooks.functions().stream().filter(plan::attaches).map(FunctionSpec::name))
                .containsExactly("on_kernel_entry");
        assertThat(hooks.functions().stream().filter(plan::attaches).map(plan::target))
                .containsExactly("fentry comm_write");
        assertThat(hooks.functions()).noneMatch(options.disable("on_kernel_entry").plan(hooks)::attaches);
    }

    @Test
    void target_inTheKernel_ofAReplacement_throwsWithTheMethodToCall() {
        assertThatThrownBy(() -> LoadOptions.defaults().enable("replacement").target("replacement", "verdict")
                .plan(hooks)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("target_hooks: function 'replacement' is in section 'freplace', which replaces functions of"
                        + " other programs, and none of the kernel; name the program too:"
                        + " LoadOptions.target(\"replacement\", BpfFunction, \"verdict\")");
    }

    @Test
    void target_ofWhatIsHookedLater_throwsWithTheKindsThatTakeOne() {
        assertThatThrownBy(() -> LoadOptions.defaults().target("needed", "task_rename").plan(optional))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("optional: function 'needed' is in section 'raw_tp/task_rename', which takes no target on"
                        + " loading; only fentry, fexit, fmod_ret, lsm, tp_btf, iter and freplace do, others are hooked"
                        + " by BpfFunction.attach(..)");
    }

    @Test
    void attachNothing_thenOne_attachesThatOne() {
        LoadOptions nothing = LoadOptions.defaults().enable("wanted").attachNothing();
        assertThat(names(nothing.plan(optional)::attaches)).isEmpty();
        assertThat(names(nothing.attach("wanted", true).plan(optional)::attaches)).containsExactly("wanted");
    }

    @Test
    void attach_ofWhatIsNotLoaded_throwsWithTheOptionToAdd() {
        LoadOptions options = LoadOptions.defaults().attach("wanted", true);
        assertThatThrownBy(() -> options.plan(optional)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("optional: function 'wanted' is to be hooked, but not loaded, for its section begins"
                        + " with '?'; add LoadOptions.enable(\"wanted\")");
        assertThat(names(options.enable("wanted").plan(optional)::attaches)).contains("wanted");
        assertThat(names(options.disable("wanted").plan(optional)::attaches)).containsExactly("needed");
        assertThatThrownBy(() -> LoadOptions.defaults().disable("needed").attach("needed", true).plan(optional))
                .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("but not loaded; take"
                        + " LoadOptions.disable(\"needed\") out");
    }

    @Test
    void wither_leavesTheOriginalAsItWas() {
        LoadOptions before = LoadOptions.defaults();
        before.enable("wanted");
        assertThat(names(before.plan(optional)::loads)).containsExactly("needed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONFIG_X", "X=y", "CONFIG_X=", "CONFIG_X =y", "CONFIG_X=y\nCONFIG_Y=y", ""})
    void kconfig_thatIsNoLine_throws(String line) {
        assertThatThrownBy(() -> LoadOptions.defaults().kconfig(line)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write CONFIG_NAME=value");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1L << 32, Long.MAX_VALUE})
    void maxEntries_outOfRange_throws(long entries) {
        assertThatThrownBy(() -> LoadOptions.defaults().maxEntries("events", entries))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("map 'events' cannot have " + entries + " entries; it takes 1 to 4294967295");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 8})
    void verifierLog_ofNoLevel_throws(int level) {
        assertThatThrownBy(() -> LoadOptions.defaults().verifierLog(level, (function, log) -> {}))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no log level " + level);
    }

    @Test
    void map_unknown_throwsWithNamesAndSuggestion() {
        var maps = ProgramSpec.read(Fixtures.path("live", "options_maps"));
        for (LoadOptions options : List.of(LoadOptions.defaults().maxEntries("count", 1),
                LoadOptions.defaults().innerMap("count", "like"), LoadOptions.defaults().innerMap("outer", "count"),
                LoadOptions.defaults().pin("count", Path.of("/x")),
                LoadOptions.defaults().reuseMap("count", Path.of("/x")))) {
            assertThatThrownBy(() -> options.plan(maps)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "options_maps: has no map 'count' (did you mean 'counts'?); its maps are [counts, ");
        }
        assertThatThrownBy(() -> LoadOptions.defaults().pin(".bs", Path.of("/x")).plan(maps))
                .hasMessageContaining("did you mean '.bss'?").hasMessageContaining(".rodata");
    }

    @Test
    void target_isNamedAsTheOptionsSayIt() {
        var spec = ProgramSpec.read(Fixtures.path("live", "options_target"));
        FunctionSpec tracepoint = spec.functions().getFirst();
        assertThat(LoadOptions.defaults().plan(spec).target(tracepoint)).isEqualTo("tp_btf");
        assertThat(LoadOptions.defaults().enable("on_tracepoint").target("on_tracepoint", "task_rename").plan(spec)
                .target(tracepoint)).isEqualTo("tp_btf task_rename");
    }

    private List<String> names(Predicate<FunctionSpec> chosen) {
        return optional.functions().stream().filter(chosen).map(FunctionSpec::name).toList();
    }
}
