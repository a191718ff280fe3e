package io.ebpf4j.replay;

import static io.ebpf4j.testing.Fixtures.bytes;
import static io.ebpf4j.testing.Fixtures.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.replay.MapDump.Records;
import io.ebpf4j.replay.MapDump.Row;
import io.ebpf4j.replay.MapDump.Rows;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapDumpTest {
    private static final String TEXT = """
            ebpf4j-dump 1
            map totals
            row 07000000 0300000000000000
            row ff000000 ffffffffffffffff
            map empty
            ring events
            record 0102
            record
            record ff
            ring silent
            """;

    @Test
    void text_parsedAndWritten_isTheSame() {
        assertThat(MapDump.parse(TEXT, "x.dump").toText()).isEqualTo(TEXT);
    }

    @Test
    void text_parsed_holdsRowsAndRecordsInOrder() {
        MapDump dump = MapDump.parse(TEXT, "x.dump");
        assertThat(dump.maps().keySet()).containsExactly("totals", "empty", "events", "silent");
        assertThat(dump.maps().get("totals")).isInstanceOfSatisfying(Rows.class, rows -> {
            assertThat(rows.rows()).extracting(row -> hex(row.key())).containsExactly("07000000", "ff000000");
            assertThat(rows.rows()).extracting(row -> hex(row.value())).containsExactly("0300000000000000",
                    "ffffffffffffffff");
        });
        assertThat(dump.maps().get("empty")).isEqualTo(new Rows(List.of()));
        assertThat(dump.maps().get("events")).isInstanceOfSatisfying(Records.class,
                ring -> assertThat(ring.records()).extracting(record -> hex(record)).containsExactly("0102", "", "ff"));
        assertThat(dump.maps().get("silent")).isEqualTo(new Records(List.of()));
    }

    @Test
    void text_withCommentsBlanksAndCapitals_isRead() {
        MapDump dump = MapDump.parse("\n# by hand\r\n  ebpf4j-dump 1 \r\n\tmap\t m \n\n # why\n row  0A\tfF\r\n", "x");
        assertThat(dump.toText()).isEqualTo("ebpf4j-dump 1\nmap m\nrow 0a ff\n");
    }

    @Test
    void file_writtenAndRead_isTheSame(@TempDir Path folder) {
        Path file = folder.resolve("a.dump");
        MapDump.parse(TEXT, "x").write(file);
        assertThat(MapDump.read(file).toText()).isEqualTo(TEXT);
        assertThatThrownBy(() -> MapDump.read(folder.resolve("none"))).isInstanceOf(UncheckedIOException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                    | line 0: the text is empty; a dump begins with the line 'ebpf4j-dump 1'
            `#\\n\\n`             | line 2: the text is empty; a dump begins with the line 'ebpf4j-dump 1'
            `ebpf4j-dump 2`       | line 1: a dump begins with the line 'ebpf4j-dump 1', not with 'ebpf4j-dump 2'
            `map m`               | line 1: a dump begins with the line 'ebpf4j-dump 1', not with 'map m'
            `H\\nrow 00 00`       | line 2: a row belongs below a line 'map <name>'
            `H\\nrecord 00`       | line 2: a record belongs below a line 'ring <name>'
            `H\\nring r\\nrow 00 00`     | line 3: a row belongs below a line 'map <name>'
            `H\\nmap m\\nrecord 00`      | line 3: a record belongs below a line 'ring <name>'
            `H\\nring r\\nmap m\\nrecord 00` | line 4: a record belongs below a line 'ring <name>'
            `H\\nmap m\\nrow 00`         | line 3: 'row' takes 2 words, here are 1
            `H\\nmap m\\nrow 00 00 00`   | line 3: 'row' takes 2 words, here are 3
            `H\\nmap`                    | line 2: 'map' takes 1 words, here are 0
            `H\\nring a b`               | line 2: 'ring' takes 1 words, here are 2
            `H\\nmap m\\n\\nrow 0 00`    | line 4: '0' are not pairs of hexadecimal digits
            `H\\nmap m\\nrow 00 0g`      | line 3: '0g' are not pairs of hexadecimal digits
            `H\\nmap m\\nring m`         | line 3: map 'm' stands here twice
            `H\\nmap m\\nmap n\\nmap m`  | line 4: map 'm' stands here twice
            `H\\nring r\\nrecord 00 00`    | line 3: 'record' takes 1 words, here are 2
            `H\\nrows 00 00`             | line 2: 'rows' is none of map, ring, row, record
            """)
    void badLine_throwsWithItsNumber(String text, String message) {
        String lines = text.replace("\\n", "\n").replace("H\n", "ebpf4j-dump 1\n");
        assertThatThrownBy(() -> MapDump.parse(lines, "x.dump")).isInstanceOf(ObjectFileException.class)
                .hasMessage("x.dump: " + message);
    }

    @Test
    void badLine_thatIsLong_isCutInTheMessage() {
        assertThatThrownBy(() -> MapDump.parse("ebpf4j-dump 1\nmap m\nrow " + "z".repeat(5000) + " 00", "x"))
                .hasMessage("x: line 3: '" + "z".repeat(40) + "...' are not pairs of hexadecimal digits");
    }

    @Test
    void dump_isImmutable() {
        Map<String, MapDump.Contents> maps = new LinkedHashMap<>();
        maps.put("m", new Rows(List.of(new Row(bytes("00"), bytes("01")))));
        var dump = new MapDump(maps);
        maps.clear();
        assertThat(dump.maps()).hasSize(1);
        assertThatThrownBy(() -> dump.maps().clear()).isInstanceOf(UnsupportedOperationException.class);
        Row row = ((Rows) dump.maps().get("m")).rows().getFirst();
        assertThatThrownBy(() -> row.key().set(ValueLayout.JAVA_BYTE, 0, (byte) 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
