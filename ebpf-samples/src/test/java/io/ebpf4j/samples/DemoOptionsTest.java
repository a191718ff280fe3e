package io.ebpf4j.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoOptionsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --secnds 3              | unknown argument '--secnds'
            --seconds               | --seconds needs a number
            --seconds 0             | --seconds needs a number from 1 to 2147483647, not '0'
            --seconds 2147483648    | not '2147483648'
            --seconds 1s            | not '1s'
            --seconds --replay      | not '--replay'
            --port 65536            | --port needs a number from 0 to 65535, not '65536'
            --port -1               | not '-1'
            --replay 3              | unknown argument '3'
            """)
    void parse_badArguments_sayWhich(String line, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> DemoOptions.parse(line.split(" ")))
                .withMessageContaining(message);
    }

    @Test
    void parse_nothing_runsUntilInterruptedOnTheKnownPort() {
        assertThat(DemoOptions.parse()).isEqualTo(new DemoOptions(OptionalInt.empty(), 9091, false));
    }

    @Test
    void parse_everything_inAnyOrder() {
        assertThat(DemoOptions.parse("--replay", "--port", "0", "--seconds", "7"))
                .isEqualTo(new DemoOptions(OptionalInt.of(7), 0, true));
    }
}
