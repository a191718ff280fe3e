package io.ebpf4j.internal.decode;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.MalformedBtfException;
import io.ebpf4j.decode.FieldType;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Field;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.decode.Shape.Sequence;
import io.ebpf4j.decode.Shape.Struct;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compiles C types to shapes. Types come from an untrusted file: their nesting and the number of values that one record
 * would decode to are bounded, so that no type can exhaust stack or memory.
 */
public final class ShapeCompiler {
    private static final int MAX_DEPTH = 32;
    private static final long MAX_VALUES = 1 << 16;
    private static final int MAX_MEMBERS = 1 << 16;

    private final Btf btf;
    private final KnownTypes types;
    private final ByteOrder order;
    private final FieldDecoders decoders;
    private final Map<Integer, Shape> compiled = new HashMap<>();
    private final IdentityHashMap<Shape, Long> values = new IdentityHashMap<>();
    private final IdentityHashMap<Shape, Integer> levels = new IdentityHashMap<>();
    private int membersSeen;

    /**
     * Compiles types of one file. Not thread-safe.
     *
     * @param btf the file's types
     * @param decoders which typedefs have decoders of their own
     */
    public ShapeCompiler(Btf btf, FieldDecoders decoders) {
        this.btf = btf;
        this.types = new KnownTypes(btf);
        this.order = btf.order();
        this.decoders = decoders;
    }

    /**
     * {@return a type's shape}
     *
     * @param type the type
     * @param where how messages call the place, for instance {@code x.o: map 'events'}
     * @throws ObjectFileException when a value of the type, or of a member, cannot be decoded; names the member
     */
    public Shape compile(BtfType type, String where) {
        try {
            Shape shape = compile(type.id(), where, btf.spell(type.id()), 0);
            if (values(shape) > MAX_VALUES) {
                throw new ObjectFileException(where + ": one " + shape.spelling() + " would be over " + MAX_VALUES
                        + " values; use a smaller type");
            }
            return shape;
        } catch (MalformedBtfException e) {
            throw new ObjectFileException(where + ": " + e.getMessage(), e);
        }
    }

    private Shape compile(int id, String where, String path, int depth) {
        if (depth > MAX_DEPTH) {
            throw unsupported(where, path, id, "is nested over " + MAX_DEPTH + " levels deep");
        }
        Shape known = compiled.get(id);
        if (known == null) {
            known = compileNew(id, where, path, depth);
            compiled.put(id, known);
            levels.put(known, switch (known) {
                case Scalar _ -> 0;
                case Sequence sequence -> 1 + levels(sequence.element());
                case Struct struct -> struct.fields().stream().mapToInt(f -> 1 + levels(f.shape())).max().orElse(0);
            });
        } else if (depth + levels(known) > MAX_DEPTH) {
            // Each type by itself was shallow enough, but this one is put around it.
            throw unsupported(where, path, id, "is nested over " + MAX_DEPTH + " levels deep");
        }
        return known;
    }

    private int levels(Shape shape) {
        return levels.getOrDefault(shape, 0);
    }

    private Shape compileNew(int id, String where, String path, int depth) {
        for (String name : names(id)) {
            var factory = decoders.claiming(name);
            if (factory.isPresent()) {
                var type = new FieldType(name, btf.spell(id), btf.sizeOf(id), order);
                try {
                    return new Scalar(type.spelling(), type.size(), factory.get().create(type));
                } catch (IllegalArgumentException e) {
                    throw unsupported(where, path, id, "cannot be decoded: " + e.getMessage());
                }
            }
        }
        String spelling = btf.spell(id);
        return switch (types.resolve(id)) {
            case BtfType.Int type -> integer(type, spelling, where, path);
            case BtfType.Ptr _ -> new Scalar(spelling, Long.BYTES, new PointerDecoder(order));
            case BtfType.Array type -> array(type, id, where, path, depth);
            case BtfType.Struct type -> struct(type, spelling, where, path, depth);
            case BtfType.Union type ->
                new Scalar(spelling, type.size(), new HexDecoder(size(type.size(), where, path, id)));
            case BtfType.Enumeration type -> enumeration(type, spelling, where, path);
            case BtfType.FloatingPoint type when type.size() == 4 || type.size() == 8 ->
                new Scalar(spelling, type.size(), new FloatDecoder(Math.toIntExact(type.size()), order));
            case BtfType.FloatingPoint type ->
                throw unsupported(where, path, id, "is a floating-point number of " + type.size() + " bytes");
            case BtfType.Fwd _ -> throw unsupported(where, path, id, "is declared but not defined in this file");
            case BtfType.Void _ -> throw unsupported(where, path, id, "has no size");
            case BtfType.Unknown type -> throw unsupported(where, path, id, "is of BTF kind " + type.kind()
                    + ", which this version does not know");
            case BtfType.Alias _,BtfType.Func _,BtfType.FuncProto _,BtfType.Var _,BtfType.DataSec _,BtfType.DeclTag _ ->
                throw unsupported(where, path, id, "is no type of a value");
        };
    }

    /** The names that a decoder may claim: typedefs from the outermost on, then the struct's own. */
    private List<String> names(int id) {
        List<String> names = new ArrayList<>(btf.typedefs(id));
        if (types.resolve(id) instanceof BtfType.Struct struct && !struct.name().isEmpty()) {
            names.add(struct.name());
        }
        return names;
    }

    private Shape integer(BtfType.Int type, String spelling, String where, String path) {
        int size = size(type.size(), where, path, type.id());
        if (type.isBool() && size == 1) {
            return new Scalar(spelling, size, new BooleanDecoder());
        }
        if (isCharacter(type)) {
            return new Scalar(spelling, size, new TextDecoder(1));
        }
        if (type.bits() != size * (long) Byte.SIZE || type.bitOffset() != 0) {
            return new Scalar(spelling, size,
                    bitfield(type.bitOffset(), type.bits(), type.isSigned(), size, where, path, type.id()));
        }
        return switch (size) {
            case 1, 2, 4, 8 -> new Scalar(spelling, size, new IntegerDecoder(size, type.isSigned(), order));
            case 16 -> new Scalar(spelling, size, new WideIntegerDecoder(size, type.isSigned(), order));
            default -> throw unsupported(where, path, type.id(), "is an integer of " + size + " bytes");
        };
    }

    private BitfieldDecoder bitfield(int firstBit, int bits, boolean signed, long size, String where, String path,
            int id) {
        if (firstBit >= Byte.SIZE || bits < 1 || bits > Long.SIZE || firstBit + bits > size * Byte.SIZE) {
            throw unsupported(where, path, id, "is a bitfield of " + bits + " bits from bit " + firstBit + " on");
        }
        return new BitfieldDecoder(firstBit, bits, signed, order);
    }

    private int size(long size, String where, String path, int id) {
        if (size > Integer.MAX_VALUE) {
            throw unsupported(where, path, id, "has " + size + " bytes, too many");
        }
        return (int) size;
    }

    /** C has three types of one byte; only the one called {@code char} holds text by convention. */
    private static boolean isCharacter(BtfType.Int type) {
        return type.size() == 1 && (type.name().equals("char") || type.isChar());
    }

    private Shape array(BtfType.Array type, int id, String where, String path, int depth) {
        String spelling = btf.spell(id);
        if (type.count() > MAX_VALUES) {
            throw unsupported(where, path, id, "has " + type.count() + " elements, too many");
        }
        int count = Math.toIntExact(type.count());
        boolean claimed = names(type.element()).stream().anyMatch(name -> decoders.claiming(name).isPresent());
        if (!claimed && types.resolve(type.element()) instanceof BtfType.Int element && isCharacter(element)) {
            return new Scalar(spelling, count, new TextDecoder(count));
        }
        Shape shape = compile(type.element(), where, path + "[]", depth + 1);
        return new Sequence(spelling, size(count * shape.size(), where, path, id), shape, count);
    }

    private Shape struct(BtfType.Struct type, String spelling, String where, String path, int depth) {
        List<Field> fields = new ArrayList<>();
        addMembers(type.members(), 0, size(type.size(), where, path, type.id()), fields, where, path, depth);
        return new Struct(spelling, type.size(), fields);
    }

    private void addMembers(List<BtfType.Member> members, long baseBit, long structSize, List<Field> fields,
            String where, String structPath, int depth) {
        for (BtfType.Member member : members) {
            long bit = baseBit + member.bitOffset();
            String path = structPath + '.' + member.name();
            if (++membersSeen > MAX_MEMBERS) {
                throw unsupported(where, path, member.type(), "is one of over " + MAX_MEMBERS + " members");
            }
            Optional<List<BtfType.Member>> inner = member.name().isEmpty() ? members(member.type()) : Optional.empty();
            if (inner.isPresent()) {
                if (depth > MAX_DEPTH) {
                    throw unsupported(where, path, member.type(), "is nested over " + MAX_DEPTH + " levels deep");
                }
                addMembers(inner.get(), bit, structSize, fields, where, structPath, depth + 1);
                continue;
            }
            if (member.name().isEmpty() && member.bitfieldSize() > 0) {
                continue; // "int : 3;" is padding
            }
            Shape shape = member(member, bit, where, path, depth);
            if (bit / Byte.SIZE + shape.size() > structSize) {
                throw unsupported(where, path, member.type(),
                        "ends behind the " + structSize + " bytes of its struct: the file is damaged");
            }
            fields.add(new Field(member.name(), bit / Byte.SIZE, shape));
        }
    }

    private Shape member(BtfType.Member member, long bit, String where, String path, int depth) {
        if (member.bitfieldSize() == 0 && bit % Byte.SIZE == 0) {
            return compile(member.type(), where, path, depth + 1);
        }
        int firstBit = (int) (bit % Byte.SIZE);
        int bits = member.bitfieldSize();
        String spelling = btf.spell(member.type()) + ':' + bits;
        long size = Math.ceilDiv(firstBit + bits, Byte.SIZE);
        return switch (types.resolve(member.type())) {
            case BtfType.Int type -> new Scalar(spelling, size,
                    bitfield(firstBit, bits, type.isSigned(), size, where, path, type.id()));
            case BtfType.Enumeration type -> new Scalar(spelling, size, enumDecoder(
                    bitfield(firstBit, bits, type.signed(), size, where, path, type.id()), type));
            case BtfType _ -> throw unsupported(where, path, member.type(), "is a bitfield, but no integer");
        };
    }

    /** What C lets one name without naming the anonymous member that holds it. */
    private Optional<List<BtfType.Member>> members(int type) {
        return types.resolve(type) instanceof BtfType.Composite composite
                ? Optional.of(composite.members())
                : Optional.empty();
    }

    private Shape enumeration(BtfType.Enumeration type, String spelling, String where, String path) {
        int size = size(type.size(), where, path, type.id());
        return switch (size) {
            case 1, 2, 4, 8 -> new Scalar(spelling, size,
                    enumDecoder(new IntegerDecoder(size, type.signed(), order), type));
            default -> throw unsupported(where, path, type.id(), "is an enum of " + size + " bytes");
        };
    }

    private EnumDecoder enumDecoder(NumberDecoder number, BtfType.Enumeration type) {
        return new EnumDecoder(number, types.constants(type));
    }

    /** How many values a record decodes to. Remembered and saturating, for hostile types share types without end. */
    private long values(Shape shape) {
        Long known = values.get(shape);
        if (known == null) {
            known = switch (shape) {
                case Scalar _ -> 1L;
                case Sequence sequence -> Math.min(MAX_VALUES + 1, sequence.count() * values(sequence.element()) + 1);
                case Struct struct -> {
                    long sum = 1;
                    for (Field field : struct.fields()) {
                        sum = Math.min(MAX_VALUES + 1, sum + values(field.shape()));
                    }
                    yield sum;
                }
            };
            values.put(shape, known);
        }
        return known;
    }

    private ObjectFileException unsupported(String where, String path, int id, String why) {
        String spelling = btf.spell(id);
        String what = path.equals(spelling) ? "type " + spelling : "field " + path + " of type " + spelling;
        return new ObjectFileException(where + ": " + what + " " + why);
    }
}
