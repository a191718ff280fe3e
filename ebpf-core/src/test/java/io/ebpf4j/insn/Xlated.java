package io.ebpf4j.insn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code bpftool prog dump xlated .. opcodes} printed.
 *
 * @param lines the lines with instructions and their bytes
 * @param sources the other lines by function, from its prototype on
 */
record Xlated(List<String> lines, Map<String, List<String>> sources) {
    private static final Pattern INSTRUCTION = Pattern.compile(" *\\d+: \\(.*");
    private static final Pattern BYTES = Pattern.compile(" {7}([0-9a-f]{2} ?)+");

    static Xlated parse(String text) {
        var lines = new ArrayList<String>();
        var sources = new LinkedHashMap<String, List<String>>();
        String function = "";
        for (String line : text.lines().toList()) {
            if (INSTRUCTION.matcher(line).matches() || BYTES.matcher(line).matches()) {
                lines.add(line);
            } else if (line.startsWith("; ")) {
                sources.computeIfAbsent(function, name -> new ArrayList<>()).add(line);
            } else {
                function = line;
            }
        }
        return new Xlated(lines, sources);
    }

    static Xlated read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the code that the bytes are, of a little-endian machine} */
    Code code() {
        var hex = new StringBuilder();
        lines.stream().filter(line -> BYTES.matcher(line).matches()).forEach(hex::append);
        byte[] bytes = HexFormat.of().parseHex(hex.toString().replace(" ", ""));
        return Code.of("xlated", MemorySegment.ofArray(bytes), ByteOrder.LITTLE_ENDIAN);
    }

    /** {@return the instructions with their texts, in which bpftool has put names of the kernel} */
    Map<Instruction, String> texts() {
        var texts = new HashMap<Instruction, String>();
        var elements = code().elements().iterator();
        lines.stream().filter(line -> INSTRUCTION.matcher(line).matches())
                .forEach(line -> texts.put(elements.next().instruction(), line.substring(line.indexOf(") ") + 2)));
        return texts;
    }

    /** {@return the text for {@link Disassembler#withNames} that bpftool wrote in a call} */
    static Optional<String> called(Instruction instruction, String text) {
        return switch (instruction) {
            case Call(var kind, int _, int _) when kind == Call.Kind.FUNCTION ->
                Optional.of(text.substring("call pc".length()));
            case Call _ -> Optional.of(text.substring("call ".length(), text.lastIndexOf('#')));
            default -> Optional.empty();
        };
    }
}
