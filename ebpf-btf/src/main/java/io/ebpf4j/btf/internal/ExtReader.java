package io.ebpf4j.btf.internal;

import io.ebpf4j.btf.BtfExt;
import io.ebpf4j.btf.BtfExt.CoreKind;
import io.ebpf4j.btf.BtfExt.CoreRelocation;
import io.ebpf4j.btf.BtfExt.FuncInfo;
import io.ebpf4j.btf.BtfExt.LineInfo;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.elf.internal.ByteReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code .BTF.ext}.
 * {@snippet lang = c :
 * struct btf_ext_header {
 *     __u16 magic;             // 0xeb9f
 *     __u8 version;            // 1
 *     __u8 flags;
 *     __u32 hdr_len;
 *     __u32 func_info_off;     // all offsets from the end of the header
 *     __u32 func_info_len;
 *     __u32 line_info_off;
 *     __u32 line_info_len;
 *     __u32 core_relo_off;     // clang 10, told by hdr_len
 *     __u32 core_relo_len;
 * };
 * struct btf_ext_info_sec {    // behind the __u32 size of a record, once an ELF section
 *     __u32 sec_name_off;
 *     __u32 num_info;
 *     __u8 data[];
 * };
 * }
 */
public final class ExtReader {
    private static final int MAGIC = 0xeb9f;
    private static final int VERSION = 1;
    private static final int SHORTEST = 24;
    private static final int WITH_CORE = 32;
    private static final List<CoreKind> CORE_KINDS = List.of(CoreKind.values());

    private final ByteReader reader;
    private final TypeTable table;
    private final Names names;
    /** Lines share files, and often their text; each is made once. */
    private final Map<Long, String> texts = new HashMap<>();

    private ExtReader(ByteReader reader, TypeTable table) {
        this.reader = reader;
        this.table = table;
        this.names = table.names();
    }

    /** {@return the records of a section} */
    public static BtfExt read(MemorySegment bytes, String what, TypeTable table) {
        var reader = new ByteReader(bytes, table.reader().order(), what, MalformedBtfException::new);
        return new ExtReader(reader, table).read();
    }

    private BtfExt read() {
        if (reader.u16(0) != MAGIC || reader.u8(2) != VERSION) {
            throw reader.fail("magic at offset 0 is 0x%04x and version %d, must be 0xeb9f, in the byte order of .BTF,"
                    .formatted(reader.u16(0), reader.u8(2)) + " and 1");
        }
        long length = reader.u32(4);
        if (length < SHORTEST || length > reader.size()) {
            throw reader.fail("header length at offset 4 is %d, must be from %d to the number of bytes, %d"
                    .formatted(length, SHORTEST, reader.size()));
        }
        var functions = new ArrayList<FuncInfo>();
        part("func_info", 8, length, 8, (section, at) -> functions.add(
                new FuncInfo(section, reader.u32(at), type(at + 4))));
        var lines = new ArrayList<LineInfo>();
        part("line_info", 16, length, 16, (section, at) -> {
            long place = reader.u32(at + 12);
            lines.add(new LineInfo(section, reader.u32(at), text(at + 4), text(at + 8), (int) (place >> 10),
                    (int) (place & 0x3ff)));
        });
        var relocations = new ArrayList<CoreRelocation>();
        if (length >= WITH_CORE) {
            part("core_relo", 24, length, 16, (section, at) -> relocations.add(new CoreRelocation(section,
                    reader.u32(at), type(at + 4), text(at + 8), kind(reader.u32(at + 12)))));
        }
        return new BtfExt(functions, lines, relocations);
    }

    /** What is done with each record. */
    private interface Entry {
        void read(String section, long offset);
    }

    private void part(String part, long field, long headerLength, int minimum, Entry entry) {
        long at = headerLength + reader.u32(field);
        long length = reader.u32(field + 4);
        if (length == 0) {
            return;
        }
        long end = at + length;
        if (at % 4 != 0 || end > reader.size()) {
            throw reader.fail("%s at offset %d with %d bytes is not aligned to 4 or goes beyond the end at %d"
                    .formatted(part, at, length, reader.size()));
        }
        long size = reader.u32(at);
        if (size < minimum || size % 4 != 0) {
            throw reader.fail("%s at offset %d has records of %d bytes, must be a multiple of 4 and at least %d"
                    .formatted(part, at, size, minimum));
        }
        at += 4;
        while (at < end) {
            long count = reader.u32(at + 4);
            long records = at + 8;
            if (records > end || count > (end - records) / size) {
                throw reader.fail("%s at offset %d has %d records of %d bytes, but ends at offset %d".formatted(part,
                        at, count, size, end));
            }
            String section = text(at);
            at = records + count * size;
            for (long record = records; record < at; record += size) {
                entry.read(section, record);
            }
        }
    }

    private int type(long at) {
        long type = reader.u32(at);
        if (type >= table.size()) {
            throw reader.fail("record at offset %d is about type %d, but there are only 0 to %d".formatted(at, type,
                    table.size() - 1));
        }
        return (int) type;
    }

    private String text(long at) {
        return texts.computeIfAbsent(reader.u32(at), offset -> {
            if (offset >= table.strings().end()) {
                throw reader.fail("text named at offset %d lies at offset %d of the strings of .BTF, which end at %d"
                        .formatted(at, offset, table.strings().end()));
            }
            return names.at(offset, Names.IN_EXT);
        });
    }

    private static CoreKind kind(long number) {
        return number < CORE_KINDS.size() ? CORE_KINDS.get((int) number) : CoreKind.UNKNOWN;
    }
}
