package io.ebpf4j.btf;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** What bpftool, that is libbpf, reads from a file, type by type. */
final class Bpftool {
    private static final List<String> PLACES = List.of("/usr/sbin/bpftool", "/usr/local/sbin/bpftool",
            "/usr/bin/bpftool", "/sbin/bpftool");

    private Bpftool() {}

    static Optional<String> installed() {
        return PLACES.stream().filter(place -> Files.isExecutable(Path.of(place))).findFirst();
    }

    /**
     * Runs {@code bpftool -j btf dump}.
     *
     * @param visitor gets each type as its JSON says: texts, lists and maps, numbers as texts
     */
    static void types(Path file, Consumer<Map<String, Object>> visitor) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(installed().orElseThrow(), "-j", "btf", "dump", "file", file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        process.getOutputStream().close();
        try (JsonParser json = new JsonFactory().createParser(process.getInputStream())) {
            expect(json.nextToken(), JsonToken.START_OBJECT, file);
            json.nextToken();
            expect(json.nextToken(), JsonToken.START_ARRAY, file);
            while (json.nextToken() == JsonToken.START_OBJECT) {
                visitor.accept(object(json));
            }
            expect(json.nextToken(), JsonToken.END_OBJECT, file);
            if (process.waitFor() != 0) {
                throw new IOException("bpftool ended with " + process.exitValue() + " on " + file);
            }
        } finally {
            process.destroy();
        }
    }

    private static void expect(JsonToken is, JsonToken expected, Path file) throws IOException {
        if (is != expected) {
            throw new IOException("bpftool printed no list of types for " + file);
        }
    }

    private static Map<String, Object> object(JsonParser json) throws IOException {
        var object = new LinkedHashMap<String, Object>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            object.put(name, json.nextToken() == JsonToken.START_ARRAY ? array(json) : json.getText());
        }
        if ("ENUM".equals(object.get("kind")) && "UNSIGNED".equals(object.get("encoding"))) {
            object.put("values", withoutSign(object.get("values")));
        }
        return object;
    }

    /** bpftool 7.1 widens unsigned numbers of 32 bits as if they were signed. */
    private static List<Object> withoutSign(Object values) {
        var corrected = new ArrayList<Object>();
        for (Object value : (List<?>) values) {
            var constant = (Map<?, ?>) value;
            corrected.add(Map.of("name", constant.get("name"), "val",
                    number(Long.parseUnsignedLong((String) constant.get("val")) & 0xffff_ffffL)));
        }
        return corrected;
    }

    private static List<Object> array(JsonParser json) throws IOException {
        var array = new ArrayList<Object>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            array.add(object(json));
        }
        return array;
    }

    /** {@return a type as bpftool describes it} */
    static Map<String, Object> describe(BtfType type) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", number(type.id()));
        switch (type) {
            case BtfType.Void t -> throw new AssertionError(t);
            case BtfType.Int t -> {
                head(fields, "INT", t);
                fields.put("size", number(t.size()));
                fields.put("bits_offset", number(t.bitOffset()));
                fields.put("nr_bits", number(t.bits()));
                fields.put("encoding", t.isSigned() ? "SIGNED" : t.isChar() ? "CHAR" : t.isBool() ? "BOOL" : "(none)");
            }
            case BtfType.Ptr t -> reference(fields, "PTR", t, t.type());
            case BtfType.Array t -> {
                reference(fields, "ARRAY", t, t.element());
                fields.put("index_type_id", number(t.index()));
                fields.put("nr_elems", number(t.count()));
            }
            case BtfType.Struct t -> composite(fields, "STRUCT", t);
            case BtfType.Union t -> composite(fields, "UNION", t);
            case BtfType.Enum t -> enumeration(fields, "ENUM", t);
            case BtfType.Enum64 t -> enumeration(fields, "ENUM64", t);
            case BtfType.Fwd t -> {
                head(fields, "FWD", t);
                fields.put("fwd_kind", t.isUnion() ? "union" : "struct");
            }
            case BtfType.Typedef t -> reference(fields, "TYPEDEF", t, t.type());
            case BtfType.Volatile t -> reference(fields, "VOLATILE", t, t.type());
            case BtfType.Const t -> reference(fields, "CONST", t, t.type());
            case BtfType.Restrict t -> reference(fields, "RESTRICT", t, t.type());
            case BtfType.TypeTag t -> reference(fields, "TYPE_TAG", t, t.type());
            case BtfType.Func t -> {
                reference(fields, "FUNC", t, t.type());
                fields.put("linkage", linkage(t.linkage()));
            }
            case BtfType.Var t -> {
                reference(fields, "VAR", t, t.type());
                fields.put("linkage", linkage(t.linkage()));
            }
            case BtfType.FuncProto t -> {
                head(fields, "FUNC_PROTO", t);
                fields.put("ret_type_id", number(t.returnType()));
                list(fields, "params", t.params(), p -> Map.of("name", name(p.name()), "type_id", number(p.type())));
            }
            case BtfType.DataSec t -> {
                head(fields, "DATASEC", t);
                fields.put("size", number(t.size()));
                list(fields, "vars", t.variables(), v -> Map.of("type_id", number(v.type()), "offset",
                        number(v.offset()), "size", number(v.size())));
            }
            case BtfType.FloatingPoint t -> {
                head(fields, "FLOAT", t);
                fields.put("size", number(t.size()));
            }
            case BtfType.DeclTag t -> {
                reference(fields, "DECL_TAG", t, t.type());
                fields.put("component_idx", number(t.component()));
            }
            case BtfType.Unknown t -> throw new AssertionError(t);
        }
        return fields;
    }

    private static void head(Map<String, Object> fields, String kind, BtfType type) {
        fields.put("kind", kind);
        fields.put("name", name(type.name()));
    }

    private static void reference(Map<String, Object> fields, String kind, BtfType type, int to) {
        head(fields, kind, type);
        fields.put("type_id", number(to));
    }

    private static void composite(Map<String, Object> fields, String kind, BtfType.Composite type) {
        head(fields, kind, type);
        fields.put("size", number(type.size()));
        list(fields, "members", type.members(), m -> {
            var member = new LinkedHashMap<String, Object>();
            member.put("name", name(m.name()));
            member.put("type_id", number(m.type()));
            member.put("bits_offset", number(m.bitOffset()));
            if (m.bitfieldSize() != 0) {
                member.put("bitfield_size", number(m.bitfieldSize()));
            }
            return member;
        });
    }

    private static void enumeration(Map<String, Object> fields, String kind, BtfType.Enumeration type) {
        head(fields, kind, type);
        fields.put("encoding", type.signed() ? "SIGNED" : "UNSIGNED");
        fields.put("size", number(type.size()));
        list(fields, "values", type.constants(), c -> Map.of("name", name(c.name()), "val",
                type.signed() ? Long.toString(c.value()) : Long.toUnsignedString(c.value())));
    }

    private static <T> void list(Map<String, Object> fields, String name, List<T> items,
            Function<T, Map<String, Object>> describe) {
        fields.put("vlen", number(items.size()));
        fields.put(name, items.stream().map(describe).toList());
    }

    private static String number(long number) {
        return Long.toString(number);
    }

    private static String linkage(BtfType.Linkage linkage) {
        return linkage.name().toLowerCase(Locale.ROOT);
    }

    private static String name(String name) {
        return name.isEmpty() ? "(anon)" : name;
    }
}
