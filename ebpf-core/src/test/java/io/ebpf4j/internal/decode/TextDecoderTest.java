package io.ebpf4j.internal.decode;

import static io.ebpf4j.testing.Fixtures.bytes;
import static io.ebpf4j.testing.Fixtures.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextDecoderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            68656c6c6f000000 | hello
            66756c6c         | full
            610062           | a
            00616263         | ''
            61e90000         | a\uFFFD
            c3a9             | \u00e9
            c3               | \uFFFD
            f09f9880         | \uD83D\uDE00
            eda080           | \uFFFD
            5a               | Z
            ff               | \uFFFD
            """)
    void text_decode_endsAtTheFirstNulOrTheEndAndReplacesWhatIsNoUtf8(String hex, String expected) {
        // The byte behind the field would be part of the text if the field's end did not count.
        String text = new TextDecoder(hex.length() / 2).decode(bytes("21" + hex + "21"), 1);
        assertThat(text.replaceAll("\uFFFD+", "\uFFFD")).isEqualTo(expected);
    }

    @Test
    void text_ofNoBytes_isEmpty() {
        assertThat(new TextDecoder(0).decode(bytes(""), 0)).isEmpty();
    }

    @Test
    void text_encode_fillsTheRestWithZeros() {
        var memory = bytes("aa5555555555aa");
        new TextDecoder(5).encode("\u00e9t", memory, 1);
        assertThat(hex(memory)).isEqualTo("aa" + "c3a974" + "0000" + "aa");
        new TextDecoder(5).encode("exact", memory, 1);
        assertThat(new TextDecoder(5).decode(memory, 1)).isEqualTo("exact");
    }

    @Test
    void text_encodeTooLong_countsBytesOfUtf8NotCharacters() {
        var memory = bytes("5555");
        assertThatThrownBy(() -> new TextDecoder(2).encode("\u00e9t", memory, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"\u00e9t\" has 3 bytes of UTF-8, the field has 2");
        assertThat(hex(memory)).isEqualTo("5555");
    }
}
