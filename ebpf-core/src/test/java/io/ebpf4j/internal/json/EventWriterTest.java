package io.ebpf4j.internal.json;

import static io.ebpf4j.testing.Fixtures.bytes;
import static io.ebpf4j.Types.at;
import static io.ebpf4j.Types.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.ebpf4j.Types;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType.Constant;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.internal.decode.FieldDecoders;
import io.ebpf4j.internal.decode.ShapeCompiler;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventWriterTest {
    private static final Instant TIME = Instant.parse("2026-11-22T10:11:12.123456789Z");

    private final Types types = Types.in(ByteOrder.BIG_ENDIAN);

    private Shape shape(int id) {
        Btf btf = types.btf();
        return new ShapeCompiler(btf, FieldDecoders.load()).compile(btf.type(id), "here");
    }

    private String fields(int id, String hex) {
        String line = new EventWriter("p", "m", shape(id)).line(TIME, bytes("77" + hex), 1);
        String head = "{\"ts\":\"2026-11-22T10:11:12.123456789Z\",\"program\":\"p\",\"map\":\"m\",\"output\":\"print\","
                + "\"fields\":";
        assertThat(line).startsWith(head).endsWith("}").doesNotContain("\n");
        return line.substring(head.length(), line.length() - 1);
    }

    private String field(int type, int size, String hex) {
        return fields(types.struct("s", size, at(0, "x", type)), hex);
    }

    private int color() {
        return types.enumeration("color", 4, false, new Constant("RED", 0), new Constant("GREEN", 5));
    }

    @Test
    void line_ofNestedRecord_keepsCNamesOrderAndPadding() {
        int deep = types.struct("", 4, at(0, "y", types.unsigned(1)));
        int nested = types.struct("", 8, at(0, "x", types.unsigned(2)), at(4, "deep", deep));
        int point = types.struct("point", 2, at(0, "a", types.signed(1)), at(1, "b", types.bool()));
        int record = types.struct("event", 32, at(0, "pid", types.unsigned(4)), at(4, "__hidden", types.unsigned(4)),
                at(8, "nested", nested), at(16, "list", types.array(types.unsigned(2), 3)),
                at(22, "points", types.array(point, 2)), at(26, "comm", types.array(types.character(), 4)),
                bits(240, 3, "three", types.unsigned(4)), bits(243, 5, "five", types.signed(4)));
        assertThat(fields(record,
                "0000002a ffffffff 000b0000 0c000000 000100020003 ff01 0200 6c730000 b7 00".replace(" ", "")))
                .isEqualTo("{\"pid\":42,\"nested\":{\"x\":11,\"deep\":{\"y\":12}},\"list\":[1,2,3],"
                        + "\"points\":[{\"a\":-1,\"b\":true},{\"a\":2,\"b\":false}],\"comm\":\"ls\",\"three\":5,"
                        + "\"five\":-9}");
    }

    @Test
    void formattedFields_haveTheirRawNumberBeside() {
        int record = types.struct("event", 24, at(0, "took", types.typedef("duration_ms", types.unsigned(8))),
                at(8, "color", color()), at(12, "peer", types.typedef("ipv4_addr", types.unsigned(4))),
                at(16, "where", types.pointer(0)));
        assertThat(fields(record, "00000000000005dc 00000005 7f000001 ffff888003a5c000"))
                .isEqualTo("{\"took\":\"PT1.5S\",\"took_raw\":1500000000,\"color\":\"GREEN\",\"color_raw\":5,"
                        + "\"peer\":\"127.0.0.1\",\"where\":\"0xffff888003a5c000\"}");
    }

    @Test
    void enumNumber_withoutAName_staysANumber() {
        assertThat(field(color(), 4, "00000063")).isEqualTo("{\"x\":99}");
        int wide = types.enumeration64("wide", false, new Constant("TOP", -1));
        assertThat(field(wide, 8, "fffffffffffffffe")).isEqualTo("{\"x\":18446744073709551614}");
        assertThat(field(wide, 8, "ffffffffffffffff")).isEqualTo("{\"x\":\"TOP\",\"x_raw\":18446744073709551615}");
        int signed = types.enumeration("s", 4, true, new Constant("ZERO", 0));
        assertThat(field(signed, 4, "ffffffff")).isEqualTo("{\"x\":-1}");
    }

    @Test
    void numbers_areExact() {
        assertThat(field(types.unsigned(8), 8, "ffffffffffffffff")).isEqualTo("{\"x\":18446744073709551615}");
        assertThat(field(types.unsigned(8), 8, "0020000000000001")).isEqualTo("{\"x\":9007199254740993}");
        assertThat(field(types.signed(8), 8, "8000000000000000")).isEqualTo("{\"x\":-9223372036854775808}");
        assertThat(field(types.unsigned(16), 16, "ff".repeat(16)))
                .isEqualTo("{\"x\":340282366920938463463374607431768211455}");
        assertThat(field(types.typedef("duration_s", types.unsigned(8)), 8, "000000174876e800"))
                .isEqualTo("{\"x\":\"PT27777777H46M40S\",\"x_raw\":100000000000000000000}");
    }

    @ParameterizedTest
    @CsvSource({"7ff8000000000000, \"NaN\"", "7ff0000000000000, \"Infinity\"", "fff0000000000000, \"-Infinity\"",
            "3ff8000000000000, 1.5", "8000000000000000, -0.0"})
    void floats_thatJsonCannotHold_areText(String hex, String expected) {
        assertThat(field(types.floating(8), 8, hex)).isEqualTo("{\"x\":" + expected + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            22            | \\"
            5c            | \\\\
            0a0d09        | \\n\\r\\t
            01            | \\u0001
            1b5b            | \\u001B[
            c3a9          | \u00e9
            61e9          | a\uFFFD
            e282ac        | \u20ac
            """)
    void text_isEscapedAsJsonWants(String hex, String expected) {
        int size = hex.length() / 2;
        assertThat(field(types.array(types.character(), size), size, hex)).isEqualTo("{\"x\":\"" + expected + "\"}");
    }

    @Test
    void record_thatIsNoStruct_isCalledValue() {
        assertThat(fields(types.unsigned(4), "00000007")).isEqualTo("{\"value\":7}");
        assertThat(fields(types.typedef("duration", types.unsigned(8)), "0000000000000001"))
                .isEqualTo("{\"value\":\"PT0.000000001S\",\"value_raw\":1}");
        assertThat(fields(types.array(types.unsigned(1), 2), "0102")).isEqualTo("{\"value\":[1,2]}");
    }

    @Test
    void unionsAndEmptyStructs_areHexAndEmpty() {
        int union = types.union("u", 4, at(0, "a", types.unsigned(4)));
        int record = types.struct("s", 4, at(0, "u", union), at(4, "none", types.struct("e", 0)));
        assertThat(fields(record, "0102abcd")).isEqualTo("{\"u\":\"0102abcd\",\"none\":{}}");
    }

    @Test
    void anyBytes_giveOneLineOfJson() throws Exception {
        long seed = System.nanoTime();
        System.out.println("EventWriterTest seed " + seed);
        var random = new Random(seed);
        int record = types.struct("s", 64, at(0, "text", types.array(types.character(), 16)),
                at(16, "letter", types.character()), at(24, "d", types.floating(8)), at(32, "f", types.floating(4)),
                at(36, "color", color()), at(40, "took", types.typedef("duration_s", types.unsigned(8))),
                at(48, "v6", types.typedef("ipv6_addr", types.array(types.unsigned(1), 16))));
        var writer = new EventWriter("p", "m", shape(record));
        byte[] memory = new byte[64];
        for (int i = 0; i < 3000; i++) {
            random.nextBytes(memory);
            String line = writer.line(TIME, MemorySegment.ofArray(memory), 0);
            assertThat(line).as("seed %d", seed).doesNotContain("\n", "\r");
            try (JsonParser parser = new JsonFactory().createParser(line)) {
                int depth = 0;
                while (parser.nextToken() != null) {
                    depth += parser.currentToken().isStructStart() ? 1 : parser.currentToken().isStructEnd() ? -1 : 0;
                }
                assertThat(depth).isZero();
            }
        }
    }

    @Test
    void time_isWrittenAsInstantDoes() {
        long seed = System.nanoTime();
        System.out.println("EventWriterTest seed " + seed);
        var random = new Random(seed);
        var stamp = new Stamp();
        long[] parts = {1, 1_000, 1_000_000, 1_000_000_000};
        for (int i = 0; i < 5000; i++) {
            long second = random.nextInt(10) == 0
                    ? random.nextLong(-100_000_000_000L, 300_000_000_000L)
                    : 1_795_345_872;
            long part = parts[random.nextInt(parts.length)];
            Instant time = Instant.ofEpochSecond(second, random.nextInt(1_000_000_000) / part * part);
            var text = new StringWriter();
            stamp.append(time, text);
            assertThat(text).as("seed %d", seed).hasToString(time.toString());
        }
    }

    @Test
    void decoderThatThrows_leavesNothingBehindInTheNextLine() {
        int record = types.struct("s", 4, at(0, "x", types.unsigned(4)));
        var writer = new EventWriter("p", "m", shape(record));
        String line = writer.line(TIME, bytes("00000007"), 0);
        assertThatThrownBy(() -> writer.line(TIME, bytes("0007"), 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(writer.line(TIME, bytes("00000007"), 0)).isEqualTo(line).endsWith("{\"x\":7}}");
    }

    @Test
    void names_areEscaped() {
        var writer = new EventWriter("p\"", "m\\", shape(types.unsigned(4)));
        assertThat(writer.line(TIME, bytes("00000007"), 0))
                .contains("\"program\":\"p\\\"\",\"map\":\"m\\\\\",\"output\"");
    }

    @Test
    void fieldThatIsCalledAsARawOne_isWrittenOnce() {
        int record = types.struct("s", 16, at(0, "took", types.typedef("duration", types.unsigned(8))),
                at(8, "took_raw", types.unsigned(4)));
        assertThat(fields(record, "0000000000000001 00000002 00000000"))
                .isEqualTo("{\"took\":\"PT0.000000001S\",\"took_raw\":2}");
    }

    @Test
    void fieldValues_keepTheirTypes() {
        int nested = types.struct("", 4, at(0, "x", types.unsigned(2)));
        int record = types.struct("event", 48, at(0, "pid", types.unsigned(4)), at(4, "__pad", types.unsigned(4)),
                at(8, "bytes", types.unsigned(8)), at(16, "flag", types.bool()), at(20, "color", color()),
                at(24, "none", color()), at(28, "nested", nested), at(32, "list", types.array(types.unsigned(2), 2)),
                at(36, "peer", types.typedef("ipv4_addr", types.unsigned(4))),
                at(40, "took", types.typedef("duration", types.unsigned(8))));
        Map<String, Object> values = new FieldValues(shape(record)).read(bytes("0000002a ffffffff ffffffffffffffff"
                + "01000000 00000005 00000063 000b0000 00010002 7f000001 000000003b9aca00"), 0);
        assertThat(values.keySet()).containsExactly("pid", "bytes", "flag", "color", "none", "nested", "list", "peer",
                "took");
        assertThat(values).containsEntry("pid", 42L).containsEntry("bytes", new BigInteger("18446744073709551615"))
                .containsEntry("flag", true).containsEntry("color", "GREEN").containsEntry("none", 99L)
                .containsEntry("nested", Map.of("x", 11L)).containsEntry("list", List.of(1L, 2L))
                .containsEntry("peer", "127.0.0.1").containsEntry("took", "PT1S");
        int wide = types.enumeration64("wide", false);
        assertThat(new FieldValues(shape(wide)).read(bytes("ff".repeat(8)), 0))
                .isEqualTo(Map.of("value", new BigInteger("18446744073709551615")));
        assertThat(new FieldValues(shape(types.unsigned(4))).read(bytes("00000007"), 0))
                .isEqualTo(Map.of("value", 7L));
    }
}
