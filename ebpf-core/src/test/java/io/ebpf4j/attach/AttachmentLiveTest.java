package io.ebpf4j.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.AttachException;
import io.ebpf4j.Attachment;
import io.ebpf4j.BpfProgram;
import io.ebpf4j.LoadOptions;
import io.ebpf4j.testing.Await;
import io.ebpf4j.testing.Calls;
import io.ebpf4j.testing.ChildJvm;
import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Hits;
import io.ebpf4j.testing.Links;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.PinMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What attachments have in common. */
@Live
class AttachmentLiveTest {
    private static final Path BPFFS = Path.of("/sys/fs/bpf");

    @Test
    void attachments_severalOfOneFunction_eachCounts() {
        try (var program = Hits.load("attach_probes", "on_uretprobe")) {
            var function = program.function("on_uretprobe");
            var labs = Uprobe.of(Calls.library(), "labs").onReturns();
            var first = function.attach(labs.withCookie(1));
            var second = function.attach(labs.withCookie(2));
            Calls.labs(-9);
            assertThat(program.attachments()).containsExactly(first, second);
            assertThat(program.attached()).containsExactly(function.spec());
            assertThat(first.id()).isPresent().isNotEqualTo(second.id());
            first.close();
            Calls.labs(-9);
            assertThat(program.attachments()).containsExactly(second);
            second.close();
            Calls.labs(-9);
            assertThat(program.attached()).isEmpty();
            assertThat(Hits.of(program)).isEqualTo(Map.of(Hits.own(8, 1, 9), 1L, Hits.own(8, 2, 9), 2L));
        }
    }

    @Test
    void pin_ofRawTracepoint_keepsItUntilTheFileIsDeleted() throws IOException {
        assertKeptByFile("attach_raw", "on_raw", RawTracepoint.of("task_rename"), Events::rename, Hits.own(1, 0, 0));
    }

    @Test
    void pin_ofTracepoint_keepsItUntilTheFileIsDeleted() throws IOException {
        assertKeptByFile("attach_probes", "on_tracepoint", Tracepoint.of("task", "task_rename"), Events::rename,
                Hits.own(11, 0, 0));
    }

    @Test
    void pin_ofUprobe_keepsItUntilTheFileIsDeleted() throws IOException {
        assertKeptByFile("attach_probes", "on_uretprobe", Uprobe.of(Calls.library(), "labs").onReturns(),
                () -> Calls.labs(-5), Hits.own(8, 0, 5));
    }

    /** The program is closed, a file has what it counts: another program is asked for that. */
    @Test
    void pin_outlivesItsProgram() throws IOException {
        Path folder = BPFFS.resolve("ebpf4j_outlives_" + ProcessHandle.current().pid());
        Path file = folder.resolve("hook");
        Path counts = folder.resolve("hits");
        try {
            int id;
            try (var program = Hits.load("attach_raw", "on_raw")) {
                program.map("hits").pin(counts);
                var attachment = program.function("on_raw").attach(RawTracepoint.of("task_rename"));
                attachment.pin(file);
                id = attachment.id().orElseThrow();
                Hits.times(2, Events::rename);
            }
            assertThat(Links.exists(id)).isTrue();
            Hits.times(3, Events::rename);
            try (var asked = BpfProgram.load(Fixtures.path("live", "attach_raw"),
                    LoadOptions.defaults().reuseMap("hits", counts))) {
                assertThat(Hits.of(asked)).isEqualTo(Map.of(Hits.own(1, 0, 0), 5L));
                Files.delete(file);
                awaitNoMore(asked, Events::rename);
            }
            assertThat(Links.exists(id)).isFalse();
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(counts);
            Files.deleteIfExists(folder);
        }
    }

    @Test
    void pin_outlivesItsProcess() throws IOException {
        Path folder = BPFFS.resolve("ebpf4j_process_" + ProcessHandle.current().pid());
        Path file = folder.resolve("hook");
        List<String> options = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
        if (System.getProperty("ebpf4j.root") != null) {
            options.add("-Debpf4j.root=" + System.getProperty("ebpf4j.root"));
        }
        try {
            ChildJvm.Result child = ChildJvm.run(List.of(), options, PinMain.class, file.toString());
            assertThat(child.status()).as(child.output()).isZero();
            int id = Integer.parseInt(child.output().lines().toList().getLast());
            assertThat(Links.exists(id)).isTrue();
            int function = Links.program(id);
            assertThat(Links.programExists(function)).isTrue();
            Files.delete(file);
            Await.until("link " + id + " gone", () -> !Links.exists(id));
            Await.until("function " + function + " gone", () -> !Links.programExists(function));
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    /** The attachment is closed, the program stays to be asked what it counts. */
    private static void assertKeptByFile(String object, String function, AttachTarget target, Runnable event,
            Hits.Hit hit) throws IOException {
        Path file = BPFFS.resolve("ebpf4j_hooks_" + ProcessHandle.current().pid()).resolve(function);
        try (var program = Hits.load(object, function)) {
            var attachment = program.function(function).attach(target);
            attachment.pin(file);
            assertThatThrownBy(() -> attachment.pin(file)).isInstanceOf(AttachException.class)
                    .hasMessageEndingWith(
                            ": cannot be pinned at " + file + ", for something is there already; choose another"
                                    + " path, or remove that: rm " + file);
            int id = attachment.id().orElseThrow();
            attachment.close();
            assertThat(Hits.links()).doesNotContain(id);
            Hits.times(4, event);
            assertThat(Hits.of(program)).as("kept by the file").isEqualTo(Map.of(hit, 4L));
            Files.delete(file);
            awaitNoMore(program, event);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(file.getParent());
        }
    }

    /** What a deleted file kept the kernel gives back when nobody can be looking at it any more. */
    private static void awaitNoMore(BpfProgram program, Runnable event) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        Map<Hits.Hit, Long> before;
        do {
            assertThat(System.nanoTime()).as("the file is deleted, but it goes on").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            before = Hits.of(program);
            Hits.times(3, event);
        } while (!Hits.of(program).equals(before));
    }

    @Test
    void pin_deletedBeforeItIsClosed_endsWithClose() throws IOException {
        Path file = BPFFS.resolve("ebpf4j_hooks_early_" + ProcessHandle.current().pid());
        try (var program = Hits.load("attach_probes", "on_tracepoint")) {
            int before = descriptors();
            var attachment = program.function("on_tracepoint").attach(Tracepoint.of("task", "task_rename"));
            attachment.pin(file);
            Files.delete(file);
            Events.rename();
            attachment.close();
            Events.rename();
            assertThat(Hits.of(program)).isEqualTo(Map.of(Hits.own(11, 0, 0), 1L));
            assertThat(descriptors()).isEqualTo(before);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Test
    void pin_outsideOfBpffs_saysWhereItMustBe(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("not_here").resolve("hook");
        try (var program = Hits.load("attach_raw", "on_raw");
                var attachment = program.function("on_raw").attach(RawTracepoint.of("task_rename"))) {
            assertThatThrownBy(() -> attachment.pin(file)).isInstanceOf(AttachException.class)
                    .hasMessage("attach_raw: function 'on_raw' at raw tracepoint task_rename: cannot be pinned at "
                            + file + ": " + folder + " is in a file system of type "
                            + Files.getFileStore(folder).type() + ", and only that of BPF keeps attachments; choose a"
                            + " path below /sys/fs/bpf, and if that is none either run: mount -t bpf bpf /sys/fs/bpf");
            assertThat(file.getParent()).doesNotExist();
        }
    }

    @Test
    void pin_underANameWithADot_blamesTheDotAndMakesNoFolder() {
        Path folder = BPFFS.resolve("ebpf4j_dot_" + ProcessHandle.current().pid());
        Path file = folder.resolve("hooks").resolve("on.raw");
        try (var program = Hits.load("attach_raw", "on_raw");
                var attachment = program.function("on_raw").attach(RawTracepoint.of("task_rename"))) {
            assertThatThrownBy(() -> attachment.pin(file)).isInstanceOf(AttachException.class)
                    .hasMessage("attach_raw: function 'on_raw' at raw tracepoint task_rename: cannot be pinned at "
                            + file + ": the BPF file system takes no name with a dot, as in "
                            + BPFFS.relativize(file) + "; write for instance "
                            + BPFFS.relativize(file).toString().replace('.', '_'));
            assertThat(folder).doesNotExist();
        }
    }

    /** What the kernel alone can refuse: by then the folders are made, and have to go again. */
    @Test
    void pin_thatTheKernelRefuses_leavesNoFolder() {
        Path folder = BPFFS.resolve("ebpf4j_long_" + ProcessHandle.current().pid());
        Path file = folder.resolve("hooks").resolve("x".repeat(256));
        try (var program = Hits.load("attach_raw", "on_raw");
                var attachment = program.function("on_raw").attach(RawTracepoint.of("task_rename"))) {
            assertThatThrownBy(() -> attachment.pin(file)).isInstanceOf(AttachException.class)
                    .hasMessage("attach_raw: function 'on_raw' at raw tracepoint task_rename: cannot be pinned at "
                            + file + ": ENAMETOOLONG (36, File name too long)");
            assertThat(folder).doesNotExist();
        }
    }

    /** Seen from beside: whoever finds one gone finds those gone that came after it. */
    @Test
    void close_ofAProgram_detachesTheLastFirst() throws Exception {
        var program = Hits.load("attach_probes", "on_uprobe", "on_uretprobe");
        try (program; var threads = Executors.newSingleThreadExecutor()) {
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                var attachment = i % 2 == 0
                        ? program.function("on_uprobe").attach(uprobe())
                        : program.function("on_uretprobe").attach(uprobe().onReturns());
                ids.add(attachment.id().orElseThrow());
            }
            assertThat(program.attachments()).extracting(one -> one.id().orElseThrow()).isEqualTo(ids);
            var watching = new CountDownLatch(1);
            Future<List<List<Boolean>>> watcher = threads.submit(() -> watch(ids, watching));
            watching.await();
            program.close();
            List<List<Boolean>> seen = watcher.get(20, TimeUnit.SECONDS);
            assertThat(seen).allSatisfy(there -> assertThat(there.lastIndexOf(true))
                    .isLessThan(there.contains(false) ? there.indexOf(false) : there.size()));
            assertThat(seen).as("some there, some gone")
                    .anyMatch(there -> there.contains(true) && there.contains(false));
        }
    }

    /** {@return which links were there, each time that it was another than before; the oldest is asked for first} */
    private static List<List<Boolean>> watch(List<Integer> ids, CountDownLatch watching) {
        List<List<Boolean>> seen = new ArrayList<>(List.of(ids.stream().map(Links::exists).toList()));
        watching.countDown();
        while (seen.getLast().contains(true)) {
            List<Boolean> there = ids.stream().map(Links::exists).toList();
            if (!there.equals(seen.getLast())) {
                seen.add(there);
            }
        }
        return seen;
    }

    @Test
    void replace_ofWhatCannotBeReplaced_saysSo() {
        try (var program = Hits.load("attach_raw", "on_raw");
                var attachment = program.function("on_raw").attach(RawTracepoint.of("task_rename"))) {
            assertThatThrownBy(() -> attachment.replace(program.function("on_raw"))).isInstanceOf(AttachException.class)
                    .hasMessageStartingWith("attach_raw: function 'on_raw' at raw tracepoint task_rename: another"
                            + " function cannot take its place: E");
        }
    }

    @Test
    @Tag("stress")
    void attach_by50ThreadsWhileTheProgramIsClosed_leavesNothing() throws Exception {
        for (int round = 0; round < 4; round++) {
            try (var program = Hits.load("attach_probes", "on_uprobe")) {
                program.function("on_uprobe").attach(uprobe()).close(); // what is opened once is open now
            }
            int before = descriptors();
            var links = Hits.links();
            AtomicInteger attached = new AtomicInteger();
            BpfProgram program = Hits.load("attach_probes", "on_uprobe");
            try (program; var threads = Executors.newFixedThreadPool(50)) {
                var begun = new CountDownLatch(20);
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    boolean closes = i % 2 == 0;
                    all.add(threads.submit(() -> attachUntilClosed(program, closes, attached, begun)));
                }
                begun.await();
                program.close();
                for (Future<?> one : all) {
                    assertEndedByClose(one);
                }
                assertThat(program.attachments()).isEmpty();
            }
            assertThat(attached.get()).isGreaterThanOrEqualTo(20);
            assertThat(Hits.links()).isEqualTo(links);
            assertThat(descriptors()).isEqualTo(before);
        }
    }

    private static void attachUntilClosed(BpfProgram program, boolean closes, AtomicInteger attached,
            CountDownLatch begun) {
        while (true) {
            Attachment attachment = program.function("on_uprobe").attach(uprobe());
            attached.incrementAndGet();
            begun.countDown();
            Calls.labs(-3);
            if (closes) {
                attachment.close();
            }
        }
    }

    private static void assertEndedByClose(Future<?> thread) {
        assertThatThrownBy(thread::get).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalStateException.class)
                .cause().hasMessage("program attach_probes is closed");
    }

    private static Uprobe uprobe() {
        return Uprobe.of(Calls.library(), "labs").inProcess((int) ProcessHandle.current().pid());
    }

    /** {@return how many descriptors of perf events, links, maps and functions this process has} */
    private static int descriptors() throws IOException {
        int count = 0;
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            for (Path file : files.toList()) {
                try {
                    if (Files.readSymbolicLink(file).toString().matches("anon_inode:.*(bpf|perf).*")) {
                        count++;
                    }
                } catch (IOException e) {
                    assertThat(file).as("the list's own, closed by now").doesNotExist();
                }
            }
        }
        return count;
    }
}
