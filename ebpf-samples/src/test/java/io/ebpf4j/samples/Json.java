package io.ebpf4j.samples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A line of JSON as flat text: {@code {"a":{"b":1}}} is {@code a.b=1}. Throws when the line is anything else. */
final class Json {
    private Json() {}

    static Map<String, String> flat(String line) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser json = new JsonFactory().createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no JSON object: " + line);
            }
            object("", json, fields);
            if (json.nextToken() != null) {
                throw new IOException("more than one JSON object: " + line);
            }
        }
        return fields;
    }

    private static void object(String prefix, JsonParser json, Map<String, String> fields) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = prefix + json.currentName();
            if (json.nextToken() == JsonToken.START_OBJECT) {
                object(name + '.', json, fields);
            } else {
                fields.put(name, json.getText());
            }
        }
    }
}
