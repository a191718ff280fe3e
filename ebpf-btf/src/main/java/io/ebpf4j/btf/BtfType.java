package io.ebpf4j.btf;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One BTF type: a record a kind. Other types are referred to by their id in the same {@link Btf}, so a record is
 * complete in itself and a cyclic type is no cyclic object.
 *
 * <p>Each begins in the file with
 * {@snippet lang = c :
 * struct btf_type {
 *     __u32 name_off;
 *     __u32 info;              // bits 0-23 vlen, 24-30 kind, 31 kind_flag
 *     union {
 *         __u32 size;
 *         __u32 type;
 *     };
 * };
 * }
 * Numbers that are unsigned in the file are wide enough here never to be negative. Sizes and offsets are in bytes
 * unless a name says bits.
 *
 * @see <a href="https://docs.kernel.org/bpf/btf.html">BPF Type Format</a>
 */
public sealed interface BtfType {
    /** {@return the id of this type; ignored when it is handed to a {@link BtfEditor}} */
    int id();

    /** {@return the name, or an empty text when it is anonymous or its kind has no names} */
    default String name() {
        return "";
    }

    /**
     * {@return the name without its flavour: {@code task_struct} for {@code task_struct___old}}
     *
     * <p>So CO-RE lets a program declare several versions of one type of the kernel: what follows the last three underscores,
     * with other characters on both sides of them, tells the versions apart and is no part of the name.
     */
    default String essentialName() {
        String name = name();
        for (int i = name.length() - 4; i > 0; i--) {
            if (name.startsWith("___", i) && name.charAt(i - 1) != '_' && name.charAt(i + 3) != '_') {
                return name.substring(0, i);
            }
        }
        return name;
    }

    /** A struct or a union: members at offsets. */
    sealed interface Composite extends BtfType {
        /** {@return the size in bytes} */
        long size();

        /** {@return the members in the order of declaration} */
        List<Member> members();
    }

    /** An enum of 32 or 64 bit values. */
    sealed interface Enumeration extends BtfType {
        /** {@return the size in bytes of a variable of this type} */
        long size();

        /** {@return whether the values are signed} */
        boolean signed();

        /** {@return the constants in the order of declaration} */
        List<Constant> constants();
    }

    /** Another name for a type, or the type with a qualifier or tag: nothing that changes its bytes. */
    sealed interface Alias extends BtfType {
        /** {@return the id of the type that is meant} */
        int type();
    }

    /** {@code void}, which is in no file and has id 0. */
    @SuppressWarnings("JavaLangClash") // BTF's own word
    record Void() implements BtfType {
        @Override
        public int id() {
            return 0;
        }
    }

    /**
     * An integer. The file follows it with {@code __u32}: bits 24-27 the encoding, 16-23 the bit offset, 0-7 the bits.
     *
     * @param id its id
     * @param name its name in C, for instance {@code unsigned int}
     * @param size the bytes it takes
     * @param encoding any of {@link #SIGNED}, {@link #CHAR}, {@link #BOOL}
     * @param bits how many bits count; fewer than {@code size * 8} in bit fields of old compilers
     * @param bitOffset where these bits begin
     */
    record Int(int id, String name, long size, int encoding, int bits, int bitOffset) implements BtfType {
        /** The number is signed. */
        public static final int SIGNED = 1;
        /** It is a character; clang marks {@code char} as {@link #SIGNED} instead. */
        public static final int CHAR = 2;
        /** It is a truth value. */
        public static final int BOOL = 4;

        /** {@return whether the number is signed} */
        public boolean isSigned() {
            return (encoding & SIGNED) != 0;
        }

        /** {@return whether it is marked as a character} */
        public boolean isChar() {
            return (encoding & CHAR) != 0;
        }

        /** {@return whether it is a truth value} */
        public boolean isBool() {
            return (encoding & BOOL) != 0;
        }
    }

    /**
     * A pointer, of 8 bytes in every BPF object.
     *
     * @param id its id
     * @param type the id of what it points to
     */
    record Ptr(int id, int type) implements BtfType {}

    /**
     * An array: {@code struct btf_array { __u32 type; __u32 index_type; __u32 nelems; }}.
     *
     * @param id its id
     * @param element the id of the type of an element
     * @param index the id of the type of an index
     * @param count how many elements; 0 for a flexible array
     */
    record Array(int id, int element, int index, long count) implements BtfType {}

    /**
     * A struct.
     *
     * @param id its id
     * @param name its tag, empty when anonymous
     * @param size the bytes it takes, with padding
     * @param members its members in the order of declaration
     */
    record Struct(int id, String name, long size, List<Member> members) implements Composite {
        /** Copies the members. */
        public Struct {
            members = List.copyOf(members);
        }
    }

    /**
     * A union.
     *
     * @param id its id
     * @param name its tag, empty when anonymous
     * @param size the bytes it takes
     * @param members its members in the order of declaration
     */
    record Union(int id, String name, long size, List<Member> members) implements Composite {
        /** Copies the members. */
        public Union {
            members = List.copyOf(members);
        }
    }

    /**
     * A member: {@code struct btf_member { __u32 name_off; __u32 type; __u32 offset; }}, where {@code offset} has the
     * bit field's size in its high byte when the type's kind_flag is set.
     *
     * @param name its name, empty for an anonymous struct or union
     * @param type the id of its type
     * @param bitOffset the bits before it; in a big-endian file, too, they are counted from the first byte, and within
     *        a byte from the highest bit
     * @param bitfieldSize the bits of a bit field, 0 for any other member
     */
    record Member(String name, int type, long bitOffset, int bitfieldSize) {}

    /**
     * An enum: {@code struct btf_enum { __u32 name_off; __s32 val; }} each.
     *
     * @param id its id
     * @param name its tag, empty when anonymous
     * @param size the bytes a variable takes
     * @param signed whether the values are signed; compilers before clang 15 leave this false, so that -1 reads as
     *        4294967295, and cut the values of an enum of 64 bits to 32
     * @param constants its constants in the order of declaration
     */
    @SuppressWarnings("JavaLangClash") // BTF's own word
    record Enum(int id, String name, long size, boolean signed, List<Constant> constants) implements Enumeration {
        /** Copies the constants. */
        public Enum {
            constants = List.copyOf(constants);
        }
    }

    /**
     * An enum whose values need 64 bits: {@code struct btf_enum64 { __u32 name_off; __u32 val_lo32; __u32 val_hi32; }}
     * each.
     *
     * @param id its id
     * @param name its tag, empty when anonymous
     * @param size the bytes a variable takes
     * @param signed whether the values are signed; if not, one over 2^63 is negative here
     * @param constants its constants in the order of declaration
     */
    record Enum64(int id, String name, long size, boolean signed, List<Constant> constants) implements Enumeration {
        /** Copies the constants. */
        public Enum64 {
            constants = List.copyOf(constants);
        }
    }

    /**
     * A constant of an enum.
     *
     * @param name its name
     * @param value its value, of 32 bits in an {@link Enum} and of 64 in an {@link Enum64}
     */
    record Constant(String name, long value) {}

    /**
     * A struct or union that is only declared.
     *
     * @param id its id
     * @param name its tag
     * @param isUnion whether it is a union
     */
    record Fwd(int id, String name, boolean isUnion) implements BtfType {}

    /**
     * A typedef.
     *
     * @param id its id
     * @param name the new name
     * @param type the id of the type it names
     */
    record Typedef(int id, String name, int type) implements Alias {}

    /**
     * A type made {@code volatile}.
     *
     * @param id its id
     * @param type the id of the type
     */
    record Volatile(int id, int type) implements Alias {}

    /**
     * A type made {@code const}.
     *
     * @param id its id
     * @param type the id of the type
     */
    record Const(int id, int type) implements Alias {}

    /**
     * A pointer made {@code restrict}.
     *
     * @param id its id
     * @param type the id of the type
     */
    record Restrict(int id, int type) implements Alias {}

    /**
     * {@code __attribute__((btf_type_tag("name")))}, behind a pointer.
     *
     * @param id its id
     * @param name the text of the tag
     * @param type the id of the type
     * @param attribute whether the text is a whole attribute, not a {@code btf_type_tag} (Linux 6.15, kind_flag)
     */
    record TypeTag(int id, String name, int type, boolean attribute) implements Alias {}

    /** Whether a function or variable is seen from other files. */
    enum Linkage {
        /** Within its file alone; a global with hidden visibility counts as this, for libbpf treats it so. */
        STATIC,
        /** From other files too. */
        GLOBAL,
        /** Defined elsewhere: a kernel symbol or configuration value. */
        EXTERN,
        /** A number that had no meaning when this was written. */
        UNKNOWN
    }

    /**
     * A function.
     *
     * @param id its id
     * @param name its name
     * @param type the id of its {@link FuncProto}
     * @param linkage from where it is seen; in the file it is where others have vlen
     */
    record Func(int id, String name, int type, Linkage linkage) implements BtfType {}

    /**
     * The parameters and result of a function.
     *
     * @param id its id
     * @param returnType the id of the type it returns, 0 for none
     * @param params its parameters in order
     */
    record FuncProto(int id, int returnType, List<Param> params) implements BtfType {
        /** Copies the parameters. */
        public FuncProto {
            params = List.copyOf(params);
        }

        /** {@return whether it ends in {@code ...}, which the file tells by a last parameter of type void} */
        public boolean isVariadic() {
            return !params.isEmpty() && params.getLast().type() == 0;
        }
    }

    /**
     * A parameter: {@code struct btf_param { __u32 name_off; __u32 type; }}.
     *
     * @param name its name, empty when the prototype gives none
     * @param type the id of its type
     */
    record Param(String name, int type) {}

    /**
     * A global variable: {@code struct btf_var { __u32 linkage; }}.
     *
     * @param id its id
     * @param name its name
     * @param type the id of its type
     * @param linkage from where it is seen
     */
    record Var(int id, String name, int type, Linkage linkage) implements BtfType {}

    /**
     * The variables of one ELF section.
     *
     * @param id its id
     * @param name the name of the section
     * @param size the bytes of the section; 0 when the compiler left it open and no ELF file filled it in
     * @param variables where each variable lies
     */
    record DataSec(int id, String name, long size, List<VarInfo> variables) implements BtfType {
        /** Copies the variables. */
        public DataSec {
            variables = List.copyOf(variables);
        }
    }

    /**
     * Where a variable lies: {@code struct btf_var_secinfo { __u32 type; __u32 offset; __u32 size; }}.
     *
     * @param type the id of its {@link Var}; an extern section has {@link Func}s as well
     * @param offset the bytes of the section before it
     * @param size the bytes it takes
     */
    record VarInfo(int type, long offset, long size) {}

    /**
     * A floating-point number.
     *
     * @param id its id
     * @param name its name in C
     * @param size the bytes it takes
     */
    record FloatingPoint(int id, String name, long size) implements BtfType {}

    /**
     * {@code __attribute__((btf_decl_tag("name")))}: {@code struct btf_decl_tag { __s32 component_idx; }}.
     *
     * @param id its id
     * @param name the text of the tag
     * @param type the id of the struct, union, variable, function or typedef it is put on
     * @param component the member or parameter it is put on, or {@link #WHOLE}
     * @param attribute whether the text is a whole attribute, not a {@code btf_decl_tag} (Linux 6.15, kind_flag)
     */
    record DeclTag(int id, String name, int type, int component, boolean attribute) implements BtfType {
        /** The component that stands for the whole declaration. */
        public static final int WHOLE = -1;
    }

    /**
     * A kind that was not known when this was written, skipped with the help of the file's own layout table.
     *
     * @param id its id
     * @param name its name
     * @param kind the number of the kind
     * @param bytes the whole of it, from {@code struct btf_type} on, in the byte order of the file; a read-only view
     */
    record Unknown(int id, String name, int kind, MemorySegment bytes) implements BtfType {
        /** Takes a read-only view. */
        public Unknown {
            bytes = bytes.asReadOnly();
        }
    }
}
