package io.ebpf4j.libbpf;

import io.ebpf4j.libbpf.NativeUnavailableException.Reason;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Links the functions of the generated classes, which call it; nothing else has to.
 *
 * <p>
 * A handle takes {@link #errnoState()} before the arguments of the C function and leaves {@code errno} there.
 */
public final class NativeSymbols {

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

    // An automatic arena, for a thread has no end that could close one.
    private static final ThreadLocal<MemorySegment> STATES = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(STATE));

    private enum Library {
        LIBBPF, LIBC
    }

    private NativeSymbols() {}

    /**
     * {@return a handle for a function of libbpf} If it cannot be linked now, this does not throw: each call of the handle
     * tries again and throws {@link NativeUnavailableException}, so that no class initialiser fails, which the JVM would
     * remember for ever.
     *
     * @param name
     *            its C name
     * @param descriptor
     *            its C signature
     */
    public static MethodHandle libbpf(String name, FunctionDescriptor descriptor) {
        return link(Library.LIBBPF, name, descriptor);
    }

    /**
     * {@return a handle for a function of the C library, or of what was preloaded in front of it, otherwise as
     * {@link #libbpf}}
     *
     * @param name
     *            its C name
     * @param descriptor
     *            its C signature
     * @param options
     *            {@link Linker.Option#firstVariadicArg} where it takes any number of arguments
     */
    public static MethodHandle libc(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return link(Library.LIBC, name, descriptor, options);
    }

    /** {@return where calls of this thread leave {@code errno}} */
    public static MemorySegment errnoState() {
        return STATES.get();
    }

    static int errno() {
        return (int) ERRNO.get(STATES.get(), 0L);
    }

    private static MethodHandle link(Library library, String name, FunctionDescriptor descriptor,
            Linker.Option... options) {
        try {
            return resolve(library, name, descriptor, options);
        } catch (NativeUnavailableException e) {
            return resolvingOnCall(library, name, descriptor, options);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle resolve(Library library, String name, FunctionDescriptor descriptor,
            Linker.Option... options) {
        MemorySegment address = switch (library) {
            case LIBBPF -> {
                LoadedLibbpf libbpf = NativeLibrary.load();
                yield libbpf.symbols().find(name).orElseThrow(() -> missing(libbpf, name));
            }
            case LIBC -> {
                NativeLibrary.requireNativeCalls();
                yield DynamicLinker.find(name)
                        .orElseThrow(() -> new NativeUnavailableException(Reason.MISSING_FUNCTION,
                                "the C library has no function " + name));
            }
        };
        Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = Linker.Option.captureCallState("errno");
        return Linker.nativeLinker().downcallHandle(address, withUnboundedResult(descriptor), all);
    }

    private static NativeUnavailableException missing(LoadedLibbpf libbpf, String name) {
        String since = FunctionVersions.since(name)
                .map(version -> "it came with libbpf " + version + "; install that or newer")
                .orElse("install a newer libbpf");
        return new NativeUnavailableException(Reason.MISSING_FUNCTION, "libbpf %s (%s) has no function %s: %s"
                .formatted(libbpf.version(), libbpf.location(), name,
                        since + ", or name one with -D" + NativeLibrary.PROPERTY));
    }

    /** How much memory is behind a returned pointer only the caller knows: it slices, with no restricted call. */
    @SuppressWarnings("restricted")
    private static FunctionDescriptor withUnboundedResult(FunctionDescriptor descriptor) {
        MemoryLayout unbounded = MemoryLayout.sequenceLayout(Long.MAX_VALUE, ValueLayout.JAVA_BYTE);
        return descriptor.returnLayout()
                .map(result -> result instanceof AddressLayout pointer
                        ? descriptor.changeReturnLayout(pointer.withTargetLayout(unbounded))
                        : descriptor)
                .orElse(descriptor);
    }

    private static MethodHandle resolvingOnCall(Library library, String name, FunctionDescriptor descriptor,
            Linker.Option... options) {
        MethodType type = descriptor.toMethodType().insertParameterTypes(0, MemorySegment.class);
        try {
            MethodHandle resolve = MethodHandles.lookup().findStatic(NativeSymbols.class, "resolve",
                    MethodType.methodType(MethodHandle.class, Library.class, String.class, FunctionDescriptor.class,
                            Linker.Option[].class))
                    .asFixedArity();
            MethodHandle resolved = MethodHandles.insertArguments(resolve, 0, library, name, descriptor, options);
            return MethodHandles.foldArguments(MethodHandles.exactInvoker(type), resolved);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("own method not found", e);
        }
    }
}
