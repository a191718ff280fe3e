package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.libbpf.LibbpfLog.Level;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_object_open_opts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

@RequiresLibbpf
@SuppressWarnings("try") // a scope works by being open
class LibbpfLogTest {

    private record Message(Level level, String text) {}

    private final List<Message> messages = new ArrayList<>();

    @Test
    void capture_failingOpen_getsWholeMessagesWithTheirLevel() {
        try (var scope = LibbpfLog.capture(this::add)) {
            openGarbage("garbage");
            assertThat(scope.failure()).isEmpty();
        }

        assertThat(messages).anySatisfy(message -> {
            assertThat(message.level()).isEqualTo(Level.WARN);
            assertThat(message.text()).startsWith("libbpf: ").contains("garbage").doesNotEndWith("\n");
        });
        assertThat(messages).extracting(Message::level).contains(Level.DEBUG);
    }

    @Test
    void capture_warningsOnly_getsNoOther() {
        try (var scope = LibbpfLog.capture(Level.WARN, this::add)) {
            openGarbage("garbage");
            assertThat(scope.failure()).isEmpty();
        }

        assertThat(messages).isNotEmpty().allMatch(message -> message.level() == Level.WARN);
    }

    @Test
    void capture_veryLongMessage_isNotTruncated() {
        String name = "\u00fc\u20ac".repeat(400_000); // 2 MB of UTF-8

        try (var scope = LibbpfLog.capture(this::add)) {
            openGarbage(name);
            assertThat(scope.failure()).isEmpty();
        }

        assertThat(messages).anyMatch(message -> message.text().contains(name));
    }

    @Test
    void capture_otherThread_isNotHeard() {
        try (var scope = LibbpfLog.capture(this::add)) {
            List<Message> others = new ArrayList<>();
            onThread(thread -> openGarbage("unheard"));
            onThread(thread -> {
                try (var inner = LibbpfLog.capture((level, text) -> others.add(new Message(level, text)))) {
                    openGarbage("elsewhere");
                }
            });

            assertThat(messages).isEmpty();
            assertThat(others).anyMatch(message -> message.text().contains("elsewhere"));
            assertThat(scope.failure()).isEmpty();
        }
    }

    @Test
    void capture_virtualThread_isHeard() throws InterruptedException {
        Thread.ofVirtual().start(() -> {
            try (var scope = LibbpfLog.capture(this::add)) {
                openGarbage("virtual");
            }
        }).join();

        assertThat(messages).anyMatch(message -> message.text().contains("virtual"));
    }

    @Test
    void scope_insideAnother_takesAllUntilClosed() {
        List<String> inner = new ArrayList<>();
        try (var scope = LibbpfLog.capture(this::add)) {
            try (var nested = LibbpfLog.capture((level, text) -> inner.add(text))) {
                openGarbage("first");
            }
            openGarbage("second");
        }
        openGarbage("third");

        assertThat(inner).anyMatch(text -> text.contains("first")).noneMatch(text -> text.contains("second"));
        assertThat(messages).extracting(Message::text).anyMatch(text -> text.contains("second"))
                .noneMatch(text -> text.contains("first") || text.contains("third"));
    }

    @Test
    void scope_outerClosedFirst_endsTheInnerToo() {
        var outer = LibbpfLog.capture(this::add);
        var inner = LibbpfLog.capture(this::add);
        outer.close();
        openGarbage("late");
        inner.close();
        inner.close();
        outer.close();
        openGarbage("later");

        assertThat(messages).isEmpty();
    }

    @Test
    void scope_closedTwice_leavesAnEnclosingOneAlone() {
        try (var outer = LibbpfLog.capture(this::add)) {
            var inner = LibbpfLog.capture((level, text) -> {});
            inner.close();
            inner.close();
            openGarbage("heard");
        }

        assertThat(messages).anyMatch(message -> message.text().contains("heard"));
    }

    @Test
    void close_onAnotherThread_throws() {
        try (var scope = LibbpfLog.capture(this::add)) {
            onThread(thread -> assertThatThrownBy(scope::close).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed on"));
            openGarbage("still heard");
        }

        assertThat(messages).anyMatch(message -> message.text().contains("still heard"));
    }

    @Test
    void sink_throws_isCountedAndKeptAndTheCallGoesOn() {
        long before = LibbpfLog.failures();
        Error thrown = new StackOverflowError("from a sink");

        try (var scope = LibbpfLog.capture((level, text) -> {
            throw thrown;
        })) {
            assertThat(openGarbage("garbage").address()).isZero();
            int errno = NativeLibrary.errno();

            assertThat(errno).isIn(Libbpf.LIBBPF_ERRNO__LIBELF(), Libbpf.LIBBPF_ERRNO__FORMAT(), Errno.EINVAL);
            assertThat(scope.failure()).containsSame(thrown);
        }
        assertThat(LibbpfLog.failures()).isGreaterThan(before);
    }

    private void add(Level level, String text) {
        messages.add(new Message(level, text));
    }

    /** Fails, and prints the name on the way. */
    private static MemorySegment openGarbage(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom("this is no ELF file, whatever it says");
            MemorySegment options = bpf_object_open_opts.allocate(arena);
            bpf_object_open_opts.sz(options, bpf_object_open_opts.sizeof());
            bpf_object_open_opts.object_name(options, arena.allocateFrom(name));
            return Libbpf.bpf_object__open_mem(bytes, bytes.byteSize(), options);
        }
    }

    private static void onThread(Consumer<Thread> action) {
        CompletableFuture.runAsync(() -> action.accept(Thread.currentThread()), task -> new Thread(task).start())
                .join();
    }
}
