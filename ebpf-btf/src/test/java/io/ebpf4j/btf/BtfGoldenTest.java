package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every field of every type of real objects against what bpftool read from them. */
class BtfGoldenTest {
    @SuppressWarnings("unused") // by name
    private static final List<String> OBJECTS = Kinds.ALL;

    @ParameterizedTest
    @FieldSource("OBJECTS")
    void records_ofEveryObject_equalWhatBpftoolPrints(String object) {
        String recorded = new String(Kinds.read(object + ".raw.txt"), StandardCharsets.UTF_8);
        assertThat(RecordDump.of(Kinds.raw(object), 1)).isEqualTo(recorded);
    }
}
