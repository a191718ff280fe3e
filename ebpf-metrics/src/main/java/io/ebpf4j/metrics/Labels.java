package io.ebpf4j.metrics;

import io.ebpf4j.decode.FieldDecoder;
import io.ebpf4j.decode.Shape;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** The labels that a map's keys, or a ring's records, carry. A label set is the list of its values, in this order. */
final class Labels {
    /** What every label says of the one series that takes in what is over the cap. */
    static final String OVERFLOW = "__overflow__";

    private final List<Leaf> leaves;
    private final List<String> names;

    private Labels(List<Leaf> leaves, List<String> names) {
        this.leaves = leaves;
        this.names = List.copyOf(names);
    }

    /**
     * {@return the labels of a type}
     *
     * @param origin the map, for messages
     * @param shape the type
     * @param single what the label is called where the type is no struct
     */
    static Labels of(Origin origin, Shape shape, String single) {
        List<Leaf> leaves = Leaf.of(shape);
        List<String> names = leaves.stream().map(leaf -> leaf.path().isEmpty() ? single : leaf.path()).toList();
        Map<String, String> seen = new HashMap<>();
        for (String name : names) {
            String other = seen.putIfAbsent(Naming.comparable(name), name);
            if (other != null) {
                throw origin.error("fields " + other + " and " + name + " of " + shape.spelling()
                        + " would be one label, " + Naming.comparable(name) + "; rename one or hide it with __");
            }
        }
        return new Labels(leaves, names);
    }

    List<String> names() {
        return names;
    }

    /** {@return the bytes that tell one label set from another: neither hidden members nor padding} */
    Spans spans(long size) {
        return Spans.of(leaves, size);
    }

    List<String> values(MemorySegment memory, long offset) {
        String[] values = new String[leaves.size()];
        for (int i = 0; i < values.length; i++) {
            Leaf leaf = leaves.get(i);
            values[i] = text(leaf.shape(), memory, offset + leaf.offset());
        }
        return List.of(values);
    }

    List<String> overflow() {
        return Collections.nCopies(names.size(), OVERFLOW);
    }

    Tags tags(List<String> values) {
        List<Tag> tags = new ArrayList<>(names.size());
        for (int i = 0; i < names.size(); i++) {
            tags.add(Tag.of(names.get(i), values.get(i)));
        }
        return Tags.of(tags);
    }

    private static String text(Shape shape, MemorySegment memory, long offset) {
        return switch (shape) {
            case Shape.Scalar scalar -> text(scalar.decoder(), memory, offset);
            case Shape.Sequence sequence -> {
                StringJoiner text = new StringJoiner(",", "[", "]");
                for (int i = 0; i < sequence.count(); i++) {
                    text.add(text(sequence.element(), memory, offset + i * sequence.element().size()));
                }
                yield text.toString();
            }
            case Shape.Struct struct -> {
                StringJoiner text = new StringJoiner(",", "{", "}");
                for (Leaf leaf : Leaf.of(struct)) {
                    text.add(leaf.path() + "=" + text(leaf.shape(), memory, offset + leaf.offset()));
                }
                yield text.toString();
            }
        };
    }

    private static <T> String text(FieldDecoder<T> decoder, MemorySegment memory, long offset) {
        return decoder.text(decoder.decode(memory, offset));
    }
}
