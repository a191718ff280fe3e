package io.ebpf4j.btf.internal.dump;

import io.ebpf4j.btf.internal.Kind;

/**
 * The types of a declaration but the innermost, which C writes around the name: a stack with what is next to the innermost
 * on top. Declarations in a declaration share it; each works above where it began.
 */
final class Declarator {
    private final Image image;
    private final Output out;
    private final IntStack types = new IntStack();

    Declarator(Image image, Output out) {
        this.image = image;
        this.out = out;
    }

    int size() {
        return types.size();
    }

    int pop() {
        return types.pop();
    }

    /** {@return whether an array is next} */
    boolean isArray() {
        return image.kind(types.top()) == Kind.ARRAY;
    }

    /** Takes the types of a declaration. {@return the innermost} */
    int push(int type) {
        int innermost = type;
        while (isAround(innermost)) {
            types.push(innermost);
            innermost = image.link(innermost, 0);
        }
        return innermost;
    }

    private boolean isAround(int id) {
        return switch (image.kind(id)) {
            case PTR, ARRAY, VOLATILE, CONST, RESTRICT, TYPE_TAG, FUNC_PROTO -> true;
            case VOID, INT, STRUCT, UNION, ENUM, ENUM64, FWD, TYPEDEF, FUNC, VAR, DATASEC, FLOAT, DECL_TAG, UNKNOWN ->
                false;
        };
    }

    /** Writes the qualifiers that are next in front of what they qualify. */
    void writeQualifiers(int start) {
        while (types.size() > start && isQualifier(types.top())) {
            out.put(qualifier(types.pop())).put(' ');
        }
    }

    /** Those of arrays and functions say nothing; some compilers make them from those of an element. */
    void dropQualifiers(int start) {
        while (types.size() > start && (isQualifier(types.top()) || image.kind(types.top()) == Kind.TYPE_TAG)) {
            types.pop();
        }
    }

    private boolean isQualifier(int id) {
        var kind = image.kind(id);
        return kind == Kind.CONST || kind == Kind.VOLATILE || kind == Kind.RESTRICT;
    }

    String qualifier(int id) {
        var kind = image.kind(id);
        return kind == Kind.CONST ? "const" : kind == Kind.VOLATILE ? "volatile" : "restrict";
    }

    void writeTag(int id) {
        boolean isAttribute = image.flag(id);
        out.put(isAttribute ? " __attribute__((" : " __attribute__((btf_type_tag(\"").text(image.name(id))
                .put(isAttribute ? "))" : "\")))");
    }
}
