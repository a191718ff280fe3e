package io.ebpf4j.replay;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.replay.MapDump.Contents;
import io.ebpf4j.replay.MapDump.Records;
import io.ebpf4j.replay.MapDump.Row;
import io.ebpf4j.replay.MapDump.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The text form of dumps. */
final class DumpParser {
    private static final String HEADER = "ebpf4j-dump 1";
    private static final HexFormat HEX = HexFormat.of();
    private static final MemorySegment EMPTY = MemorySegment.ofArray(new byte[0]);

    private final String name;
    private final Map<String, Contents> maps = new LinkedHashMap<>();
    private int line;

    DumpParser(String name) {
        this.name = name;
    }

    MapDump parse(String text) {
        String map = "";
        boolean ring = false;
        boolean begun = false;
        List<Row> rows = new ArrayList<>();
        List<MemorySegment> records = new ArrayList<>();
        for (String raw : text.lines().toList()) {
            line++;
            String trimmed = raw.strip();
            if (trimmed.isEmpty() || trimmed.startsWith("#")) {
                continue;
            }
            if (!begun) {
                if (!trimmed.equals(HEADER)) {
                    throw fail("a dump begins with the line '" + HEADER + "', not with '" + shortened(trimmed) + "'");
                }
                begun = true;
                continue;
            }
            String[] words = trimmed.split("\\s+");
            switch (words[0]) {
                case "map", "ring" -> {
                    finish(map, ring, rows, records);
                    map = word(words, 1, 2);
                    ring = words[0].equals("ring");
                    if (maps.containsKey(map)) {
                        throw fail("map '" + map + "' stands here twice");
                    }
                }
                case "row" -> {
                    require(!map.isEmpty() && !ring, "a row belongs below a line 'map <name>'");
                    rows.add(new Row(hex(word(words, 1, 3)), hex(word(words, 2, 3))));
                }
                case "record" -> {
                    require(ring, "a record belongs below a line 'ring <name>'");
                    records.add(words.length == 1 ? EMPTY : hex(word(words, 1, 2)));
                }
                default -> throw fail("'" + shortened(words[0]) + "' is none of map, ring, row, record");
            }
        }
        require(begun, "the text is empty; a dump begins with the line '" + HEADER + "'");
        finish(map, ring, rows, records);
        return new MapDump(maps);
    }

    private void finish(String map, boolean ring, List<Row> rows, List<MemorySegment> records) {
        if (!map.isEmpty()) {
            maps.put(map, ring ? new Records(records) : new Rows(rows));
            rows.clear();
            records.clear();
        }
    }

    static String format(MapDump dump) {
        var text = new StringBuilder(HEADER).append('\n');
        dump.maps().forEach((map, contents) -> {
            switch (contents) {
                case Rows(List<Row> rows) -> {
                    text.append("map ").append(map).append('\n');
                    rows.forEach(row -> text.append("row ").append(hex(row.key())).append(' ').append(hex(row.value()))
                            .append('\n'));
                }
                case Records(List<MemorySegment> records) -> {
                    text.append("ring ").append(map).append('\n');
                    records.forEach(record -> text.append(("record " + hex(record)).strip()).append('\n'));
                }
            }
        });
        return text.toString();
    }

    private String word(String[] words, int index, int count) {
        require(words.length == count,
                "'" + words[0] + "' takes " + (count - 1) + " words, here are " + (words.length - 1));
        return words[index];
    }

    private MemorySegment hex(String digits) {
        try {
            return MemorySegment.ofArray(HEX.parseHex(digits));
        } catch (IllegalArgumentException e) {
            throw fail("'" + shortened(digits) + "' are not pairs of hexadecimal digits");
        }
    }

    private static String hex(MemorySegment bytes) {
        return HEX.formatHex(bytes.toArray(ValueLayout.JAVA_BYTE));
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw fail(message);
        }
    }

    private ObjectFileException fail(String message) {
        return new ObjectFileException(name + ": line " + line + ": " + message);
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
