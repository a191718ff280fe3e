package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.testing.Fixtures;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Which functions options choose. */
class LoadOptionsTest {
    private final ProgramSpec optional = ProgramSpec.read(Fixtures.path("optional"));

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
    void attachNothing_thenOne_attachesThatOne() {
        LoadOptions nothing = LoadOptions.defaults().enable("wanted").attachNothing();
        assertThat(names(nothing.plan(optional)::attaches)).isEmpty();
        assertThat(names(nothing.attach("wanted", true).plan(optional)::attaches)).containsExactly("wanted");
    }

    @Test
    void attach_ofWhatIsNotLoaded_doesNotAttach() {
        assertThat(names(LoadOptions.defaults().attach("wanted", true).plan(optional)::attaches))
                .containsExactly("needed");
    }

    @Test
    void wither_leavesTheOriginalAsItWas() {
        LoadOptions before = LoadOptions.defaults();
        before.enable("wanted");
        assertThat(names(before.plan(optional)::loads)).containsExactly("needed");
    }

    private List<String> names(Predicate<FunctionSpec> chosen) {
        return optional.functions().stream().filter(chosen).map(FunctionSpec::name).toList();
    }
}
