package io.ebpf4j.libbpf;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Why the dynamic linker refuses a library. The JDK says only "cannot open library", but the reason is often not the
 * library itself: a missing {@code libelf.so.1}, or a C library that is too old.
 */
final class DynamicLinker {

    private static final int RTLD_LAZY = 1;

    private DynamicLinker() {}

    /** What {@code dlerror} says after {@code dlopen} of this name or path; the name itself if it says nothing. */
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
