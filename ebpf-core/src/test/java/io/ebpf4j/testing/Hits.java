package io.ebpf4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.Attachment;
import io.ebpf4j.BpfProgram;
import io.ebpf4j.LoadOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What the probes {@code attach_*} have counted. */
public final class Hits {
    private static final Path DESCRIPTIONS = Path.of("/proc/self/fdinfo");
    private static final String LINK = "link_id:";

    private Hits() {}

    /**
     * What was counted.
     *
     * @param function which one of the file
     * @param thread in which, 0 where that does not matter
     * @param cookie of the attachment
     * @param value what it was told
     */
    public record Hit(int function, int thread, long cookie, long value) {}

    /** {@return a program of which these functions are loaded and none is attached} */
    public static BpfProgram load(String object, String... functions) {
        var options = LoadOptions.defaults();
        for (String function : functions) {
            options = options.enable(function);
        }
        return BpfProgram.load(Fixtures.path("live", object), options.attachNothing());
    }

    /** {@return a hit in this thread} */
    public static Hit own(int function, long cookie, long value) {
        return new Hit(function, thread(), cookie, value);
    }

    /** {@return the kernel's number of this thread} */
    public static int thread() {
        try {
            return Integer.parseInt(Path.of("/proc/thread-self").toRealPath().toFile().getName());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return what was counted in this thread} */
    public static Map<Hit, Long> of(BpfProgram program) {
        int thread = thread();
        Map<Hit, Long> all = program.hashMap("hits", Hit.class, Long.class).toMap();
        return all.entrySet().stream().filter(entry -> entry.getKey().thread() == thread)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Asserts that an event is counted from the attaching to the closing, and not before or after. */
    public static void assertCounted(BpfProgram program, Supplier<Attachment> attach, Runnable event,
            Hit... expected) {
        times(3, event);
        assertThat(of(program)).as("before it is attached").isEmpty();
        Attachment attachment = attach.get();
        times(5, event);
        int id = attachment.id().orElse(0);
        if (id != 0) {
            assertThat(links()).as("the kernel's links in this process").contains(id);
        }
        attachment.close();
        attachment.close();
        times(2, event);
        assertThat(of(program)).as("from attaching to closing")
                .isEqualTo(Set.of(expected).stream().collect(Collectors.toMap(hit -> hit, _ -> 5L)));
        assertThat(links()).as("the kernel's links in this process").doesNotContain(id);
        assertThat(attachment.isClosed()).isTrue();
        assertThat(program.attachments()).isEmpty();
        assertThatThrownBy(attachment::id).isInstanceOf(IllegalStateException.class)
                .hasMessage("the " + attachment.toString().replaceFirst("^", "attachment of ").replaceFirst(", closed$",
                        "") + " is closed");
    }

    /** Does something a number of times. */
    public static void times(int count, Runnable event) {
        for (int i = 0; i < count; i++) {
            event.run();
        }
    }

    /** {@return the numbers of the kernel's links that this process has descriptors of} */
    public static Set<Integer> links() {
        try (var files = Files.list(DESCRIPTIONS)) {
            return files.flatMap(file -> {
                try {
                    return Files.readAllLines(file).stream();
                } catch (IOException e) {
                    return Set.<String>of().stream(); // closed meanwhile, as that of this very list
                }
            }).filter(line -> line.startsWith(LINK)).map(line -> Integer.valueOf(line.substring(LINK.length()).strip()))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
