package io.ebpf4j.btf;

import io.ebpf4j.btf.internal.Flattening;
import io.ebpf4j.btf.internal.MemberPath;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Where the fields of a struct or union truly lie: at the offsets that the compiler chose, with the members of anonymous
 * structs and unions among the others, as C names them. A member that is a struct with a name is one field; its
 * {@link Field#type()} has a layout of its own.
 *
 * <p>Every field lies within the {@link #size()} bytes, so that a reader with that many bytes need not check each.
 *
 * @param type the id of the struct or union
 * @param size the bytes it takes
 * @param fields its fields in the order of declaration
 */
public record BtfLayout(int type, long size, List<Field> fields) {
    /** Copies the fields. */
    public BtfLayout {
        fields = List.copyOf(fields);
    }

    /**
     * {@return the layout of a struct or union}
     *
     * @param btf its types
     * @param id the struct or union, or an alias of one
     * @throws MalformedBtfException when it is none, contains itself, or has a member that lies outside of it
     */
    public static BtfLayout of(Btf btf, int id) {
        return new Flattening(btf.table()).of(id);
    }

    /**
     * {@return where a field at any depth lies, counted from the beginning of the struct and named by the whole path, or
     * nothing when there is none}
     *
     * {@snippet lang = java :
     * var field = BtfLayout.find(btf, packet.id(), "header.ports[1]").orElseThrow();
     * }
     *
     * <p>Members of anonymous structs and unions are named as in C, without them. A pointer ends the path, for what it points
     * to lies elsewhere. An element of an array without a length lies behind the struct, at the index that was asked for.
     *
     * @param btf its types
     * @param id the struct or union, or an alias of one
     * @param path names and indexes: {@code a.b[2].c}
     * @throws MalformedBtfException when a struct on the way contains itself, or has a member that lies outside of it
     * @throws IllegalArgumentException when the text is no such path
     */
    public static Optional<Field> find(Btf btf, int id, String path) {
        return MemberPath.follow(btf, id, path);
    }

    /**
     * {@return the first field of a name}
     *
     * @param name its name in C
     */
    public Optional<Field> field(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    /**
     * A field.
     *
     * <p>A bit field is read so: load {@link #byteLength()} bytes at {@link #byteOffset()} as one unsigned number in the
     * byte order of the BTF, shift it right by {@link #shift}, keep {@link #bitfieldSize()} bits, and when its type is
     * signed, extend the sign.
     *
     * @param name its name, empty for one that has none and is no struct or union
     * @param type the id of its type
     * @param bitOffset the bits before it, from the beginning of the outermost struct; in a big-endian file, too, counted
     *        from the first byte, and within a byte from the highest bit
     * @param bitfieldSize the bits of a bit field, 0 for any other field, which then begins on a byte
     * @param shared whether it lies in a union and shares its bytes with other fields
     * @param owner the struct or union that declares it: the outermost one or an anonymous one in it
     * @param component which member of that it is, from 0; with {@code owner}, what {@link Btf#declTags(int, int)} takes
     */
    public record Field(String name, int type, long bitOffset, int bitfieldSize, boolean shared, int owner,
            int component) {
        /** {@return whether it is a bit field} */
        public boolean isBitfield() {
            return bitfieldSize != 0;
        }

        /** {@return the first byte that has a bit of it} */
        public long byteOffset() {
            return bitOffset >>> 3;
        }

        /** {@return how many bytes have bits of a bit field: at most 9 for one of up to 64 bits; 0 for other fields} */
        public int byteLength() {
            return isBitfield() ? (bitInByte() + bitfieldSize + 7) >>> 3 : 0;
        }

        /**
         * {@return by how many bits to shift the bytes of a bit field right}
         *
         * @param order the byte order of the BTF, in which these bytes make a number
         */
        public int shift(ByteOrder order) {
            return order == ByteOrder.LITTLE_ENDIAN ? bitInByte() : byteLength() * 8 - bitInByte() - bitfieldSize;
        }

        private int bitInByte() {
            return (int) (bitOffset & 7);
        }
    }
}
