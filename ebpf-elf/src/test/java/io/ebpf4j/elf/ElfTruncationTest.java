package io.ebpf4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ElfTruncationTest {
    static final Iterable<String> FIXTURES = Fixtures.ALL;

    /** Compilers write the section table last, so that no prefix can be whole. */
    @ParameterizedTest
    @FieldSource("FIXTURES")
    void prefix_ofAnyLength_isRefused(String fixture) {
        byte[] bytes = Fixtures.bytes(fixture);
        for (int length = 0; length < bytes.length; length++) {
            assertThat(ElfWalk.walk(Arrays.copyOf(bytes, length))).as("prefix of %d bytes", length).isFalse();
        }
        assertThat(ElfWalk.walk(bytes)).isTrue();
    }

    /** In what the editor writes the old bytes are a prefix, whose tables are no longer reached. */
    @Test
    void prefix_ofAnEditedFile_isRefused() {
        ElfFile file = ElfFile.parse(ElfBytes.small(ByteOrder.BIG_ENDIAN), "x.o");
        byte[] edited = ElfEditor.of(file).replaceContents(1, new byte[40]).toBytes();
        for (int length = 0; length < edited.length; length++) {
            assertThat(ElfWalk.walk(Arrays.copyOf(edited, length))).as("prefix of %d bytes", length).isFalse();
        }
        assertThat(ElfWalk.walk(edited)).isTrue();
    }
}
