package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.MapType;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfEditor;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Member;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.internal.kernel.live.info.LoadedTypes;
import io.ebpf4j.kernel.MapInfo;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The types of a map that no object file declares: those that the kernel keeps of it, or else what can be said of bytes: 1, 2, 4
 * and 8 are an integer, of a trie's key the first 4 are how many bits count, any others are just bytes.
 *
 * @param types what the others are of
 * @param key of its keys, if it has such
 * @param value of its values, if it has such
 */
record KeyAndValue(Btf types, Optional<BtfType> key, Optional<BtfType> value) {

    /** {@return the types of a map that is there} */
    static KeyAndValue of(MapInfo map) {
        String name = "types of map " + map.name();
        Optional<Btf> kept = map.btfId().isPresent()
                ? LoadedTypes.read(map.btfId().getAsInt(), name)
                : Optional.empty();
        BtfEditor editor = kept.map(BtfEditor::of).orElseGet(() -> BtfEditor.create(ByteOrder.nativeOrder(), name));
        int key = kept.flatMap(types -> known(types, map.keyTypeId(), map.keySize()))
                .orElseGet(() -> map.type() == MapType.LPM_TRIE
                        ? prefix(editor, map.keySize())
                        : plain(editor, map.keySize()));
        int value = kept.flatMap(types -> known(types, map.valueTypeId(), map.valueSize()))
                .orElseGet(() -> plain(editor, map.valueSize()));
        Btf types = editor.toBtf();
        return new KeyAndValue(types, type(types, key), type(types, value));
    }

    private static Optional<BtfType> type(Btf types, int id) {
        return id == 0 ? Optional.empty() : Optional.of(types.type(id));
    }

    private static Optional<Integer> known(Btf types, OptionalInt id, int size) {
        try {
            return id.stream().boxed().filter(number -> number > 0 && number <= types.size())
                    .filter(number -> types.sizeOf(number) == size).findFirst();
        } catch (MalformedBtfException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static int prefix(BtfEditor editor, int size) {
        if (size <= Integer.BYTES) {
            return plain(editor, size);
        }
        return editor.append(new BtfType.Struct(0, "bpf_lpm_trie_key", size,
                List.of(new Member("prefixlen", plain(editor, Integer.BYTES), 0, 0),
                        new Member("data", bytes(editor, size - Integer.BYTES), Integer.SIZE, 0))));
    }

    private static int plain(BtfEditor editor, int size) {
        return switch (size) {
            case 0 -> 0;
            case 1, 2, 4, 8 ->
                editor.append(new BtfType.Int(0, "__u" + size * Byte.SIZE, size, 0, size * Byte.SIZE, 0));
            default -> bytes(editor, size);
        };
    }

    private static int bytes(BtfEditor editor, int size) {
        return editor.append(new BtfType.Array(0, plain(editor, 1), plain(editor, Integer.BYTES), size));
    }
}
