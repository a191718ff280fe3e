package io.ebpf4j.internal;

import java.io.IOException;
import java.io.InputStream;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Copies of a class, for inner loops that call back. The JIT compiler keeps one profile for a method: once it has
 * called three kinds of handlers, it inlines none of them, for whomever it is called. A copy has a profile of its
 * own. The copies are hidden classes, and go when they are no longer used.
 *
 * <p>Where no classes can be defined at run time, the class itself takes the place of each copy.
 */
public final class PrivateCopy {
    private final Lookup lookup;
    private final Class<?> template;
    private final byte @Nullable [] code;

    private PrivateCopy(Lookup lookup, Class<?> template, byte @Nullable [] code) {
        this.lookup = lookup;
        this.template = template;
        this.code = code;
    }

    /**
     * {@return what makes copies}
     *
     * @param lookup of a class in the package of the template, with all its rights
     * @param template without nested classes that want to see its private members
     */
    public static PrivateCopy of(Lookup lookup, Class<?> template) {
        try (InputStream file = template.getResourceAsStream(template.getSimpleName() + ".class")) {
            return new PrivateCopy(lookup, template, file == null ? null : file.readAllBytes());
        } catch (IOException e) {
            return new PrivateCopy(lookup, template, null);
        }
    }

    /**
     * {@return a constructor of a new copy, returning a supertype of the template}
     *
     * @param type of the constructor, which returns void
     * @param supertype what it returns
     */
    public MethodHandle constructor(MethodType type, Class<?> supertype) {
        return constructorOf(copy(null), type, supertype);
    }

    /**
     * {@return as {@link #constructor(MethodType, Class)}, of a copy that has a constant}
     *
     * @param constant that the copy's static initializer finds with {@link #constant}
     */
    public MethodHandle constructor(MethodType type, Class<?> supertype, Object constant) {
        return constructorOf(copy(constant), type, supertype);
    }

    /**
     * {@return the constant of a copy, or null in the template itself} What the JIT compiler finds in a static final field it
     * does not read again, nor the final fields of a record in there.
     *
     * @param copy a lookup of it
     * @param type of the constant
     */
    public static <T> @Nullable T constant(Lookup copy, Class<T> type) {
        try {
            return MethodHandles.classData(copy, ConstantDescs.DEFAULT_NAME, type);
        } catch (IllegalAccessException e) {
            throw new LinkageError("no access to the own class", e);
        }
    }

    private Lookup copy(@Nullable Object constant) {
        if (code == null) {
            return lookup;
        }
        try {
            return constant == null
                    ? lookup.defineHiddenClass(code, true)
                    : lookup.defineHiddenClassWithClassData(code, constant, true);
        } catch (IllegalAccessException | LinkageError | UnsupportedOperationException e) {
            return lookup;
        }
    }

    private MethodHandle constructorOf(Lookup copy, MethodType type, Class<?> supertype) {
        Class<?> made = copy == lookup ? template : copy.lookupClass();
        try {
            return copy.findConstructor(made, type).asType(type.changeReturnType(supertype));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("constructor of " + template + " not found", e);
        }
    }
}
