package io.ebpf4j.libbpf;

import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What libbpf prints, and the kernel's verifier through it. libbpf has one print callback a process; it is set once, on
 * the first {@link #capture}, and hands each message to the scope that the printing thread has open. Outside of scopes
 * messages are dropped: libbpf then no longer writes to standard error.
 *
 * {@snippet :
 * List<String> lines = new ArrayList<>();
 * try (var scope = LibbpfLog.capture(Level.WARN, (level, text) -> lines.add(text))) {
 *     object = Libbpf.bpf_object__open_mem(bytes, bytes.byteSize(), options);
 * }
 * }
 */
public final class LibbpfLog {

    /** {@code enum libbpf_print_level}, in its order: each is more verbose than those before it. */
    public enum Level {
        /** {@code LIBBPF_WARN}: something failed, or will. Verifier logs come with it. */
        WARN,
        /** {@code LIBBPF_INFO}. */
        INFO,
        /** {@code LIBBPF_DEBUG}: each step of opening and loading. */
        DEBUG;

        private static Level of(int level) {
            return level == Libbpf.LIBBPF_WARN() ? WARN : level == Libbpf.LIBBPF_INFO() ? INFO : DEBUG;
        }
    }

    /** Takes the messages of one scope, on the thread that opened it. */
    @FunctionalInterface
    public interface Sink {

        /**
         * Takes a message. What this throws is counted and kept ({@link Scope#failure()}), for it cannot pass through C.
         *
         * @param level
         *            how much it matters
         * @param text
         *            all of it, without its last line feed; with inner ones if it is a verifier log, which can have 16 MiB
         */
        void message(Level level, String text);
    }

    /** Messages go to the sink until this is closed, by the thread that opened it. A scope inside another takes them all. */
    public static final class Scope implements AutoCloseable {

        private final Level mostVerbose;
        private final Sink sink;
        private final Thread owner = Thread.currentThread();
        private final @Nullable Scope outer;
        private @Nullable Throwable failure;

        private Scope(Level mostVerbose, Sink sink, @Nullable Scope outer) {
            this.mostVerbose = mostVerbose;
            this.sink = sink;
            this.outer = outer;
        }

        private void print(int number, MemorySegment format, MemorySegment arguments) {
            Level level = Level.of(number);
            if (level.compareTo(mostVerbose) <= 0) {
                sink.message(level, format(format, arguments));
            }
        }

        /** {@return the first thing that kept a message from this sink or that the sink threw} */
        public Optional<Throwable> failure() {
            return Optional.ofNullable(failure);
        }

        /**
         * Ends this scope, and those inside it that are still open. Again does nothing.
         *
         * @throws IllegalStateException
         *             on another thread than the one that opened it
         */
        @Override
        public void close() {
            if (Thread.currentThread() != owner) {
                throw new IllegalStateException("opened on %s, closed on %s".formatted(owner, Thread.currentThread()));
            }
            for (Scope open = CURRENT.get(); open != null; open = open.outer) {
                if (open == this) {
                    setCurrent(outer);
                }
            }
        }
    }

    private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();
    private static final AtomicLong FAILURES = new AtomicLong();

    /** {@code vasprintf} found no memory, or an argument that it could not print. */
    private static final int FAILED = -1;

    private static boolean installed;

    private LibbpfLog() {}

    /**
     * {@return a new scope on this thread, for messages of all levels}
     *
     * @param sink
     *            what takes the messages
     * @throws NativeUnavailableException
     *             if libbpf cannot be called
     */
    public static Scope capture(Sink sink) {
        return capture(Level.DEBUG, sink);
    }

    /**
     * {@return a new scope on this thread}
     *
     * @param mostVerbose
     *            the last level that the sink wants; messages beyond it are dropped, which costs next to nothing, for they
     *            are never formatted. A load has hundreds at {@link Level#DEBUG}.
     * @param sink
     *            what takes the messages
     * @throws NativeUnavailableException
     *             if libbpf cannot be called
     */
    public static Scope capture(Level mostVerbose, Sink sink) {
        Objects.requireNonNull(mostVerbose);
        Objects.requireNonNull(sink);
        NativeLibrary.require();
        install();
        Scope scope = new Scope(mostVerbose, sink, CURRENT.get());
        CURRENT.set(scope);
        return scope;
    }

    /** {@return how many messages of this process were lost, because a sink threw or memory ran out} */
    public static long failures() {
        return FAILURES.get();
    }

    private static void setCurrent(@Nullable Scope scope) {
        if (scope == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(scope);
        }
    }

    // typedef int (*libbpf_print_fn_t)(enum libbpf_print_level level, const char *, va_list ap);
    // By hand: jextract makes a downcall handle in the class initialiser of a callback type, which fails without native access.
    @SuppressWarnings("restricted")
    private static synchronized void install() {
        if (installed) {
            return;
        }
        // A va_list parameter is one pointer on every 64-bit Linux: an array that decays (x86-64, s390x), a struct of 32 bytes
        // that is passed by reference (aarch64), or a pointer itself (riscv64, ppc64le). It is passed on as it came.
        FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                ValueLayout.ADDRESS);
        try {
            MethodHandle print = MethodHandles.lookup().findStatic(LibbpfLog.class, "print", type.toMethodType());
            // libbpf keeps the pointer for the life of the process, so must the stub live.
            Libbpf.libbpf_set_print(Linker.nativeLinker().upcallStub(print, type, Arena.global()));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("own method not found", e);
        }
        installed = true;
    }

    /** Called by libbpf. Whatever left this method would end the JVM. */
    @SuppressWarnings("UnusedMethod") // C uses it
    private static int print(int level, MemorySegment format, MemorySegment arguments) {
        Scope scope = null;
        try {
            scope = CURRENT.get();
            if (scope != null) {
                scope.print(level, format, arguments);
            }
        } catch (Throwable e) {
            FAILURES.incrementAndGet();
            if (scope != null && scope.failure == null) {
                scope.failure = e;
            }
        }
        return 0;
    }

    /** {@code vasprintf}, not {@code vsnprintf}: a va_list can be read only once, so the size cannot be asked first. */
    @SuppressWarnings("restricted")
    private static String format(MemorySegment format, MemorySegment arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ValueLayout.ADDRESS);
            int length = Libc.vasprintf(result, format, arguments);
            if (length == FAILED) {
                throw new IllegalStateException("vasprintf: " + Errno.describe(NativeLibrary.errno()));
            }
            MemorySegment text = result.get(ValueLayout.ADDRESS, 0).reinterpret(length);
            try {
                boolean lineFeed = length > 0 && text.get(ValueLayout.JAVA_BYTE, length - 1L) == '\n';
                byte[] bytes = text.asSlice(0, lineFeed ? length - 1L : length).toArray(ValueLayout.JAVA_BYTE);
                return new String(bytes, StandardCharsets.UTF_8);
            } finally {
                Libc.free(text);
            }
        }
    }
}
