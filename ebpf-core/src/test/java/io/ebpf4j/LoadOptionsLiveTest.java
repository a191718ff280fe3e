package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import org.junit.jupiter.api.Test;

/** What options do in the running kernel. */
@Live
class LoadOptionsLiveTest {
    @Test
    void functions_chosen_areLoadedAndAttached() {
        var options = LoadOptions.defaults().enable("wanted").disable("needed");
        try (var program = BpfProgram.load(Fixtures.path("optional"), options)) {
            assertThat(program.attached()).extracting(FunctionSpec::name).containsExactly("wanted");
        }
    }

    @Test
    void attachNothing_loads() {
        try (var program = BpfProgram.load(Fixtures.path("optional"), LoadOptions.defaults().attachNothing())) {
            assertThat(program.attached()).isEmpty();
        }
    }
}
