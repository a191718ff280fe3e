package io.ebpf4j.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ebpf4j.BpfProgram;
import io.ebpf4j.LoadOptions;
import io.ebpf4j.MapAccessException;
import io.ebpf4j.attach.IteratorScope.Cgroups;
import io.ebpf4j.attach.IteratorScope.MapElements;
import io.ebpf4j.attach.IteratorScope.OneProcess;
import io.ebpf4j.attach.IteratorScope.OneThread;
import io.ebpf4j.attach.IteratorScope.Walk;
import io.ebpf4j.testing.AttachReport;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Hits;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Functions that walk over what the kernel has. */
@Live
class IteratorsLiveTest {
    private static final int PID = (int) ProcessHandle.current().pid();

    /** {@code struct thread} of the probe. */
    public record KernelThread(int tid, int pid) {}

    /** {@code struct row} of the probe. */
    public record Row(int key, long value) {}

    @Test
    void tasks_asText_hasThisThread() throws Exception {
        AttachReport.passes("iter/task", () -> {
            try (var program = load("tasks_text"); var tasks = program.function("tasks_text").iterator()) {
                assertThat(tasks.text().lines()).contains(Hits.thread() + " of " + PID);
                assertThat(tasks.text().lines()).as("each read walks anew").contains(Hits.thread() + " of " + PID);
            }
        });
    }

    @Test
    void tasks_asRecords_haveTheThreadsOfThisProcess() throws Exception {
        try (var program = load("tasks"); var tasks = program.function("tasks").iterator()) {
            assertThat(tasks.records("thread", KernelThread.class))
                    .contains(new KernelThread(Hits.thread(), PID));
        }
    }

    @Test
    void records_ofAnotherStruct_sayThatTheyDoNotFit() {
        try (var program = load("tasks");
                var thread = program.function("tasks").iterator(scopeOfThis())) {
            assertThatThrownBy(() -> thread.records("row", Row.class)).isInstanceOf(MapAccessException.class)
                    .hasMessageContaining("bytes, which is no multiple of the 16 of struct row");
            assertThatThrownBy(() -> thread.records("rwo", Row.class)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("attach_iter: has no struct 'rwo'");
        }
    }

    @Test
    void oneThread_isWalkedAlone() throws Exception {
        if (!Kernels.since(6, 1)) {
            AttachReport.notHere("iter/task of one thread", "takes Linux 6.1");
            return;
        }
        AttachReport.passes("iter/task of one thread", () -> {
            try (var program = load("tasks");
                    var one = program.function("tasks").iterator(new OneThread(Hits.thread()));
                    var all = program.function("tasks").iterator(new OneProcess(PID))) {
                assertThat(one.records("thread", KernelThread.class))
                        .containsExactly(new KernelThread(Hits.thread(), PID));
                assertThat(all.records("thread", KernelThread.class)).contains(new KernelThread(Hits.thread(), PID))
                        .hasSizeGreaterThan(2).extracting(KernelThread::pid).containsOnly(PID);
            }
        });
    }

    @Test
    void oneThread_thatIsNotThere_writesNothing() {
        if (!Kernels.since(6, 1)) {
            return;
        }
        try (var program = load("tasks");
                var none = program.function("tasks").iterator(new OneThread(Integer.MAX_VALUE))) {
            assertThat(none.bytes()).isEmpty();
        }
    }

    @Test
    void elements_areRecordsOfEachRow() throws Exception {
        AttachReport.passes("iter/bpf_map_elem", () -> {
            try (var program = load("elements");
                    var squares = program.function("elements").iterator(new MapElements("squares"))) {
                assertThat(squares.records("row", Row.class))
                        .containsExactly(new Row(0, 0), new Row(1, 1), new Row(2, 4));
            }
        });
    }

    @Test
    void elements_ofUnknownMap_namesThoseThereAre() {
        try (var program = load("elements")) {
            assertThatThrownBy(() -> program.function("elements").iterator(new MapElements("cubes")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("attach_iter: has no map 'cubes'; its maps are [squares]");
        }
    }

    @Test
    void cgroup_alone_hasItsNumber() throws Exception {
        Path mount = cgroup2();
        if (!Kernels.since(6, 1)) {
            AttachReport.notHere("iter/cgroup", "takes Linux 6.1");
            return;
        }
        AttachReport.passes("iter/cgroup", () -> {
            try (var program = load("groups");
                    var groups = program.function("groups").iterator(new Cgroups(mount, Walk.SELF))) {
                long id = ByteBuffer.wrap(groups.bytes()).order(ByteOrder.nativeOrder()).getLong();
                assertThat(groups.bytes()).hasSize(Long.BYTES);
                assertThat(id).isEqualTo((Long) Files.getAttribute(mount, "unix:ino"));
            }
        });
    }

    @Test
    void function_thatWritesMoreThanTheBuffer_isToldSo() {
        try (var program = BpfProgram.load(Fixtures.path("live", "links_iter"),
                LoadOptions.defaults().enable("too_much").attachNothing());
                var tasks = program.function("too_much").iterator()) {
            var refused = catchThrowableOfType(MapAccessException.class, tasks::bytes);
            assertThat(refused).hasMessage("links_iter: function 'too_much' at an iterator over everything: cannot be"
                    + " read: E2BIG (7, Argument list too long); of one object the function writes more than the kernel's"
                    + " buffer takes, 8 pages (32 KiB where those have 4096 bytes); let it write less of each");
            assertThat(refused.errno()).hasValue(7);
            assertThatThrownBy(() -> tasks.stream().read()).isInstanceOf(IOException.class)
                    .hasMessage(refused.getMessage()).hasCauseInstanceOf(MapAccessException.class);
        }
    }

    /** To read on and on would keep the thread for ever. */
    @Test
    void function_thatNeverHasDone_isGivenUp() {
        try (var program = BpfProgram.load(Fixtures.path("live", "links_iter"),
                LoadOptions.defaults().enable("once_more").attachNothing());
                var tasks = program.function("once_more").iterator()) {
            var refused = catchThrowableOfType(MapAccessException.class, tasks::bytes);
            assertThat(refused).hasMessageEndingWith(": cannot be read: EAGAIN (11, Resource temporarily unavailable);"
                    + " the function returned 1, to be called once more with the same object, 10000 times in a row; let"
                    + " it return 0 in the end");
            assertThat(refused.errno()).hasValue(11);
        }
    }

    @Test
    void stream_ofClosedIterator_saysSo() throws Exception {
        var program = load("tasks");
        try (var _ = program) {
            var tasks = program.function("tasks").iterator();
            var stream = tasks.stream();
            assertThat(stream.readNBytes(8)).hasSize(8);
            program.close();
            assertThatThrownBy(stream::read).isInstanceOf(IOException.class)
                    .hasMessageEndingWith("the stream is closed");
            assertThatThrownBy(tasks::bytes).isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("is closed");
            tasks.close();
            stream.close();
        }
    }

    private static IteratorScope scopeOfThis() {
        return Kernels.since(6, 1) ? new OneThread(Hits.thread()) : IteratorScope.everything();
    }

    private static Path cgroup2() throws IOException {
        List<String> mounts = Files.readAllLines(Path.of("/proc/mounts"));
        return mounts.stream().map(line -> line.split(" ", -1)).filter(fields -> fields[2].equals("cgroup2"))
                .map(fields -> Path.of(fields[1])).findFirst().orElseThrow();
    }

    private static BpfProgram load(String function) {
        return BpfProgram.load(Fixtures.path("live", "attach_iter"),
                LoadOptions.defaults().enable(function).attachNothing());
    }
}
