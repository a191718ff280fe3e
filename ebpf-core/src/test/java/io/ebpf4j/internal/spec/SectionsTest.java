package io.ebpf4j.internal.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.SectionKind;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SectionsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tracepiont/sched/sched_switch | ' (did you mean ''tracepoint''?)'
            kporbe.multi/tcp_*            | ' (did you mean ''kprobe.multi''?)'
            fentry.sleepable/do_exit      | ''
            cgroup/bind                   | ' (did you mean ''cgroup/bind4''?)'
            xdp.frag/devmap               | ' (did you mean ''xdp.frags/devmap''?)'
            tc/ingres                     | '; nothing but ''tc'' itself is one (did you mean ''tc/ingress''?)'
            xdp/wan                       | '; nothing but ''xdp'' itself is one (did you mean ''xdp''?)'
            completely_unlike             | ''
            netfilter                     | '; libbpf 1.3 brought it, update libbpf'
            tp.s/sched/sched_switch       | '; libbpf 1.8 brought it, update libbpf'
            """)
    void advice_forASectionThatIsRefused_saysWhatToDo(String section, String advice) {
        assertThat(Sections.advice(section)).isEqualTo(advice);
    }

    /** What {@code sec_def_matches} does to each row in turn. */
    private static Optional<SectionKind> scan(String section) {
        return Sections.all().stream().filter(kind -> section.equals(kind.name())
                || (kind.takesTarget() && section.startsWith(kind.name() + "/"))).findFirst();
    }

    @Test
    void find_anySection_isTheFirstMatchOfAScan() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var rows = Sections.all();
        for (int i = 0; i < 20_000; i++) {
            var section = new StringBuilder(rows.get(random.nextInt(rows.size())).name());
            switch (random.nextInt(6)) {
                case 0 -> section.append('/').append(rows.get(random.nextInt(rows.size())).name());
                case 1 -> section.append('/');
                case 2 -> section.insert(random.nextInt(section.length() + 1), '/');
                case 3 -> section.deleteCharAt(random.nextInt(section.length()));
                case 4 -> section.append("//x/y");
                default -> {
                    // the bare name
                }
            }
            assertThat(Sections.find(section.toString())).as("seed %d: %s", seed, section)
                    .isEqualTo(scan(section.toString()));
        }
    }

    /** Names come from files: no work may grow with the square of their length. */
    @Test
    @Timeout(30)
    void longNames_areNeitherFoundNorLikeAnyOther() {
        String slashes = "/".repeat(2_000_000);
        assertThat(Sections.find(slashes)).isEmpty();
        assertThat(Sections.find("kprobe" + slashes)).map(SectionKind::name).contains("kprobe");
        assertThat(Sections.advice(slashes)).isEmpty();
        assertThat(Suggestion.of("x".repeat(200_000), List.of("x".repeat(200_001)))).isEmpty();
        assertThat(Suggestion.of("kporbe", List.of("x".repeat(200_001), "kprobe")))
                .isEqualTo(" (did you mean 'kprobe'?)");
    }
}
