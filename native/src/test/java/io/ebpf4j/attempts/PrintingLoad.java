package io.ebpf4j.attempts;

import io.ebpf4j.libbpf.LibbpfLog;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.bpf_object_open_opts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Has libbpf print at all levels, and prints {@code step: VALUE} lines of what came of it. */
public final class PrintingLoad {
    private static final int TIMES = 1000;

    private PrintingLoad() {}

    /**
     * Prints them.
     *
     * @param arguments
     *            the preloaded allocator
     */
    @SuppressWarnings("restricted")
    public static void main(String[] arguments) {
        MemorySegment freed = SymbolLookup.libraryLookup(Path.of(arguments[0]), Arena.global()).find("preloaded_freed")
                .orElseThrow().reinterpret(Long.BYTES);
        List<String> messages = new ArrayList<>();
        try (Arena arena = Arena.ofConfined(); var scope = LibbpfLog.capture((level, text) -> messages.add(text))) {
            MemorySegment bytes = arena.allocateFrom("this is no ELF file, whatever it says");
            MemorySegment options = bpf_object_open_opts.allocate(arena);
            bpf_object_open_opts.sz(options, bpf_object_open_opts.sizeof());
            bpf_object_open_opts.object_name(options, arena.allocateFrom("garbage"));
            long before = freed.get(ValueLayout.JAVA_LONG, 0);
            for (int i = 0; i < TIMES; i++) {
                Libbpf.bpf_object__open_mem(bytes, bytes.byteSize(), options);
            }
            System.out.println("messages: " + (messages.size() >= TIMES && messages.getLast().contains("garbage")));
            System.out.println("freed: " + (freed.get(ValueLayout.JAVA_LONG, 0) - before >= messages.size()));
            System.out.println("failure: " + scope.failure());
        }
    }
}
