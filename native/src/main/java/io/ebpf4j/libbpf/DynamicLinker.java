package io.ebpf4j.libbpf;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** What the JDK's lookups do not tell: why a library is refused, and what a name of the C library stands for here. */
final class DynamicLinker {

    private static final int RTLD_LAZY = 1;
    /** {@code RTLD_DEFAULT}, in glibc and musl alike. */
    private static final MemorySegment IN_LINKING_ORDER = MemorySegment.NULL;

    private DynamicLinker() {}

    /** The function of this name that C code of this process calls: the C library's, or one preloaded in front of it. */
    // Not the default lookup alone, which asks the C library itself: its free, given what vasprintf has from the malloc of
    // a preloaded jemalloc or tcmalloc, ends the JVM.
    @SuppressWarnings("restricted")
    static Optional<MemorySegment> find(String function) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle dlsym = link("dlsym",
                    FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            MemorySegment found = (MemorySegment) dlsym.invokeExact(IN_LINKING_ORDER, arena.allocateFrom(function));
            return found.address() != 0 ? Optional.of(found) : Linker.nativeLinker().defaultLookup().find(function);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    /**
     * What {@code dlerror} says after {@code dlopen} of this name or path; the name itself if it says nothing. The JDK says only
     * "cannot open library", but the reason is often not the library itself: a missing {@code libelf.so.1}, or a C library
     * that is too old.
     */
    @SuppressWarnings("restricted")
    static String refusal(String name) {
        try (Arena arena = Arena.ofConfined()) {
            // All linked before the first call: linking may itself use the dynamic linker and so replace the error.
            MethodHandle dlopen = link("dlopen",
                    FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
            MethodHandle dlerror = link("dlerror", FunctionDescriptor.of(ValueLayout.ADDRESS));
            MemorySegment file = arena.allocateFrom(name);
            MemorySegment library = (MemorySegment) dlopen.invokeExact(file, RTLD_LAZY);
            if (library.address() != 0) {
                MethodHandle dlclose = link("dlclose",
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
                int ignored = (int) dlclose.invokeExact(library);
                return name + " cannot be opened by the JVM, though the dynamic linker opens it";
            }
            MemorySegment error = (MemorySegment) dlerror.invokeExact();
            return error.address() == 0 ? name : error.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(String function, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(function).orElseThrow(), descriptor);
    }
}
