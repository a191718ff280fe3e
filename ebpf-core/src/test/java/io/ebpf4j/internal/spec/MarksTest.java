package io.ebpf4j.internal.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.Output;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class MarksTest {
    static final List<String> FOLDERS = Fixtures.FOLDERS;

    private static Optional<Output> marks(String name, String section, String... tags) {
        return Marks.of("x.o: map '" + name + "'", name, section, List.of(tags));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            events,           .maps,           -,                     -
            events,           .maps.print,     -,                     PRINT
            events,           .maps.counter,   -,                     COUNTER
            events,           .maps.gauge,     -,                     GAUGE
            events,           .maps.histogram, -,                     HISTOGRAM
            events,           .maps.hist,      -,                     HISTOGRAM
            events,           .maps.timer,     -,                     TIMER
            events,           .maps.summary,   -,                     SUMMARY
            events,           .maps,           bpf.export:counter,    COUNTER
            events,           .maps,           bpf.export:hist,       HISTOGRAM
            events,           .maps,           bpf.role:counter,      -
            events,           .maps,           counter,               -
            print_events,     .maps,           -,                     PRINT
            counter_events,   .maps,           -,                     COUNTER
            gauge_events,     .maps,           -,                     GAUGE
            hist_events,      .maps,           -,                     HISTOGRAM
            histogram_events, .maps,           -,                     -
            timer_events,     .maps,           -,                     -
            printer,          .maps,           -,                     -
            my_counter_,      .maps,           -,                     -
            counter_events,   .maps.counter,   bpf.export:counter,    COUNTER
            hist_events,      .maps.histogram, bpf.export:hist,       HISTOGRAM
            """)
    void mark_ofEachForm_asksForItsOutput(String name, String section, String tag, Output expected) {
        String[] tags = tag == null ? new String[0] : new String[]{"other", tag};
        assertThat(marks(name, section, tags)).isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void marks_thatDisagree_areNamedBoth() {
        assertThatThrownBy(() -> marks("m", ".maps.counter", "bpf.export:gauge"))
                .isInstanceOf(ObjectFileException.class)
                .hasMessage("x.o: map 'm': the declaration tag \"bpf.export:gauge\" asks for output gauge,"
                        + " but the section .maps.counter asks for counter; keep one");
        assertThatThrownBy(() -> marks("gauge_m", ".maps.counter"))
                .hasMessage("x.o: map 'gauge_m': the section .maps.counter asks for output counter,"
                        + " but the name gauge_m asks for gauge; keep one");
        assertThatThrownBy(() -> marks("m", ".maps", "bpf.export:print", "bpf.export:gauge"))
                .hasMessageContainingAll("bpf.export:print", "bpf.export:gauge");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            .maps.prnit   | prnit   | " (did you mean 'print'?)"
            .maps.count   | count   | ""
            .maps.conuter | conuter | " (did you mean 'counter'?)"
            .maps.counter.x | counter.x | " (did you mean 'counter'?)"
            .maps.        | ''      | ""
            .maps.PRINT   | PRINT   | ""
            """)
    void suffix_thatDoesNotExist_suggestsAndListsThoseThatDo(String section, String label, String suggestion) {
        assertThatThrownBy(() -> marks("m", section)).isInstanceOf(ObjectFileException.class)
                .hasMessage("x.o: map 'm': section '" + section + "' asks for an output '" + label
                        + "' that does not exist" + suggestion.replace("\"", "")
                        + "; there are print, counter, gauge, histogram, timer, summary");
    }

    @Test
    void tag_thatDoesNotExist_isNamed() {
        assertThatThrownBy(() -> marks("m", ".maps", "bpf.export:guage"))
                .hasMessageContaining("declaration tag 'bpf.export:guage' asks for an output 'guage'")
                .hasMessageContaining("did you mean 'gauge'?");
    }

    @ParameterizedTest
    @FieldSource("FOLDERS")
    void fixtures_withWrongMarks_areRefused(String folder) {
        assertThatThrownBy(() -> Fixtures.spec(folder, "suffix_unknown")).isInstanceOf(ObjectFileException.class)
                .hasMessageStartingWith("suffix_unknown.bpf.o: map 'events': section '.maps.prnit'")
                .hasMessageContaining("did you mean 'print'?");
        assertThatThrownBy(() -> Fixtures.spec(folder, "marks_conflict")).isInstanceOf(ObjectFileException.class)
                .hasMessageStartingWith("marks_conflict.bpf.o: map 'both': ")
                .hasMessageContainingAll(".maps.counter", "bpf.export:gauge", "keep one");
    }

    @ParameterizedTest
    @CsvSource({"prnit, print", "gage, gauge", "guage, gauge", "tiemr, timer", "summmary, summary", "g, -", "xyz, -",
            "'', -"})
    void suggestion_isTheNearestIfItIsNear(String wrong, String expected) {
        List<String> known = List.of("print", "counter", "gauge", "histogram", "timer", "summary");
        assertThat(Suggestion.of(wrong, known))
                .isEqualTo(expected.equals("-") ? "" : " (did you mean '" + expected + "'?)");
        assertThat(Suggestion.of(wrong, List.of())).isEmpty();
    }
}
