package io.ebpf4j.testing;

import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.NativeSymbols;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** A namespace is a thread's: it ends with the last that is in it, and with the last socket. */
final class OwnNetworkThread implements InvocationInterceptor {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final short IFF_UP = 1;
    /** {@code struct ifreq}: a name of 16 bytes, and a union whose first member here is the flags. */
    private static final int IFREQ = 40;
    private static final int IFREQ_FLAGS = 16;
    // int unshare(int flags)
    private static final MethodHandle UNSHARE = NativeSymbols.libc("unshare",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    @Override
    public void interceptTestMethod(Invocation<Void> invocation, ReflectiveInvocationContext<Method> context,
            ExtensionContext extension) throws Throwable {
        inside(invocation);
    }

    @Override
    public void interceptTestTemplateMethod(Invocation<Void> invocation, ReflectiveInvocationContext<Method> context,
            ExtensionContext extension) throws Throwable {
        inside(invocation);
    }

    private static void inside(Invocation<Void> invocation) throws Throwable {
        var failure = new AtomicReference<Throwable>();
        Thread thread = Thread.ofPlatform().name("own-network").start(() -> {
            try {
                enter();
                invocation.proceed();
            } catch (Throwable t) {
                failure.set(t);
            }
        });
        thread.join();
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private static void enter() throws Throwable {
        if ((int) UNSHARE.invokeExact(NativeSymbols.errnoState(), CLONE_NEWNET) != 0) {
            throw new AssertionError("unshare(CLONE_NEWNET): " + Errno.describe(NativeLibrary.errno()));
        }
        int socket = Libc.socket(Libc.AF_INET(), Libc.SOCK_DGRAM() | Libc.SOCK_CLOEXEC(), 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ);
            request.setString(0, "lo");
            request.set(ValueLayout.JAVA_SHORT, IFREQ_FLAGS, IFF_UP);
            int result = Descriptors.ioctl(socket, SIOCSIFFLAGS, request.address());
            if (result < 0) {
                throw new AssertionError("lo cannot be set up: " + Errno.describe(result));
            }
        } finally {
            Descriptors.close(socket);
        }
    }
}
