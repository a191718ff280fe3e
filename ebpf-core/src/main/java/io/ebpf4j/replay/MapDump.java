package io.ebpf4j.replay;

import io.ebpf4j.ObjectFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of a program's maps. Immutable. As a file it is text, one item a line, so that it can be read, compared and
 * written by hand:
 *
 * <pre>
 * ebpf4j-dump 1
 * map tcpconnect_total
 * row 7f0000017f000001901f 0300000000000000     key and value, in memory order
 * ring tcpconnect_events
 * record 7f0000017f000001                       oldest first
 * </pre>
 *
 * A record of no bytes is the word alone. Empty lines, and lines that begin with {@code #}, do not count.
 *
 * @param maps what each map holds, by its name
 */
public record MapDump(Map<String, Contents> maps) {
    /** Copies the map, keeping its order. */
    public MapDump {
        maps = Collections.unmodifiableMap(new LinkedHashMap<>(maps));
    }

    /** What one map holds. */
    public sealed interface Contents {}

    /**
     * Rows of a hash.
     *
     * @param rows in no order
     */
    public record Rows(List<Row> rows) implements Contents {
        /** Copies the list. */
        public Rows {
            rows = List.copyOf(rows);
        }
    }

    /**
     * One row.
     *
     * @param key its bytes
     * @param value its bytes
     */
    public record Row(MemorySegment key, MemorySegment value) {
        /** Copies the bytes. */
        public Row {
            key = copy(key);
            value = copy(value);
        }
    }

    /**
     * Records of a ring.
     *
     * @param records oldest first
     */
    public record Records(List<MemorySegment> records) implements Contents {
        /** Copies the list and the bytes. */
        public Records {
            records = records.stream().map(MapDump::copy).toList();
        }
    }

    private static MemorySegment copy(MemorySegment bytes) {
        return MemorySegment.ofArray(bytes.toArray(ValueLayout.JAVA_BYTE)).asReadOnly();
    }

    /**
     * {@return the dump in a file}
     *
     * @param file text as this class describes it
     * @throws ObjectFileException when it is no such text; names the line
     * @throws UncheckedIOException when it cannot be read
     */
    public static MapDump read(Path file) {
        try {
            return parse(Files.readString(file), String.valueOf(file.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return the dump in a text}
     *
     * @param text as this class describes it
     * @param name how messages call the text
     * @throws ObjectFileException when it is no such text; names the line
     */
    public static MapDump parse(String text, String name) {
        return new DumpParser(name).parse(text);
    }

    /**
     * Writes the dump as text.
     *
     * @param file is replaced
     * @throws UncheckedIOException when it cannot be written
     */
    public void write(Path file) {
        try {
            Files.writeString(file, toText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the dump as text, which {@link #parse} takes} */
    public String toText() {
        return DumpParser.format(this);
    }
}
