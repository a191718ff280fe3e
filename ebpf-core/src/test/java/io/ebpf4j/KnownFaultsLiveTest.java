package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.attach.RawTracepoint;
import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Events;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.ProcessUse;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What is known to go wrong in libraries of this kind, each as something that does not happen here. Of the seventeen faults, those that
 * are not in this class have their tests where the code is:
 *
 * <pre>
 *    4  a short record is read beyond its end      RingBufferReaderTest
 *    5  losses are counted by what is not there    RingBufferReaderTest, BindingsTest
 *    7  failures of raw reading pile up unseen     RingConsumerTest
 *   10  setting a global undoes its neighbours     GlobalOptionsLiveTest
 *   13  filters of others are removed              AttachTrafficLiveTest
 *   14  closing and using at once                  LifetimeLiveTest, GateTest
 *   17  rows that vanish while they are read       LiveTableLiveTest
 *       messages cut, without a reason, or an end  BadInputLiveTest, NativeLibraryTest, LibbpfLogTest
 * </pre>
 */
@Live
class KnownFaultsLiveTest {
    private final ProgramSpec spec = ProgramSpec.read(Fixtures.path("maps_counter"));

    record Pair(String saddr, String daddr) {}

    /** A type whose making fails as nothing but the JVM should. */
    record Failing(String saddr, String daddr) {
        Failing {
            throw new AssertionError("no such pair: " + saddr);
        }
    }

    /** Fault 1: using what was closed ended the JVM. Fault 2: a map of it looked empty. */
    @Test
    void everything_afterClose_throws() {
        var program = BpfProgram.load(spec);
        var function = program.function("on_rename");
        var attachment = program.attachments().getFirst();
        var reader = program.ringBuffer("seen", Pair.class);
        var view = program.hashMap("totals", Pair.class, Long.class);
        program.close();
        List<ThrowingCallable> uses = List.of(() -> program.function("on_rename"), function::attach,
                () -> function.attach(RawTracepoint.of("task_rename")), function::iterator, function::isLoaded,
                attachment::id, () -> attachment.pin(Path.of("/sys/fs/bpf/ebpf4j-never")),
                () -> attachment.replace(function), () -> reader.drain(pair -> {}),
                () -> reader.poll(pair -> {}, Duration.ZERO), view::toMap, () -> view.forEach((pair, count) -> {}),
                () -> view.get(new Pair("10.0.0.1", "10.0.0.2")), program::dump,
                () -> program.ringBuffer("seen", Pair.class),
                () -> program.hashMap("totals", Pair.class, Long.class));
        for (int i = 0; i < uses.size(); i++) {
            assertThatThrownBy(uses.get(i)).as("use %d", i).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
        assertThat(attachment.isClosed()).isTrue();
    }

    /** Fault 3: an Error while a record was made ended the JVM. */
    @Test
    void error_ofARecordsConstructor_reachesTheCallerAndTheReaderGoesOn() {
        try (var program = BpfProgram.load(spec)) {
            try (var failing = program.ringBuffer("seen", Failing.class)) {
                Events.rename();
                assertThatThrownBy(() -> failing.drain(pair -> {})).isInstanceOf(AssertionError.class)
                        .hasMessageStartingWith("no such pair: ");
            }
            Events.rename();
            try (var reader = program.ringBuffer("seen", Pair.class)) {
                List<Pair> pairs = new ArrayList<>();
                reader.drain(pairs::add);
                assertThat(pairs).isNotEmpty();
            }
        }
    }

    /** Fault 6: pointers were compared with {@code ==}, which is true for no NULL that C returns. */
    @Test
    void sources_compareNoPointerByIdentity() throws IOException {
        assertThat(linesOfMainSources("(==|!=) *MemorySegment\\.NULL|MemorySegment\\.NULL *(==|!=)")).isEmpty();
    }

    /** Fault 8: each walk over a map kept memory until the process ended. */
    @Test
    void walks_overAMap_keepNoMemory() {
        try (var program = BpfProgram.load(spec)) {
            Events.rename();
            var view = program.hashMap("totals", Pair.class, Long.class);
            walk(view, 20_000);
            long before = ProcessUse.now().allocated();
            walk(view, 200_000);
            // 62 bytes a walk were lost there, which would be 12 MB.
            assertThat(ProcessUse.now().allocated() - before).isLessThan(8 << 20);
        }
    }

    private static void walk(HashMapView<Pair, Long> view, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(view.forEach((pair, count) -> {})).isPositive();
        }
    }

    /** Fault 9: the values of a map came as a set, so that equal ones counted once. */
    @Test
    void values_thatAreEqual_areAllThere() {
        String dump = """
                ebpf4j-dump 1
                map totals
                row 0100000001000000 0500000000000000
                row 0100000002000000 0500000000000000
                row 0100000003000000 0700000000000000
                """;
        try (var program = BpfProgram.replay(spec, MapDump.parse(dump, "x"))) {
            var values = program.hashMap("totals", Pair.class, Long.class).toMap().values();
            assertThat(values).containsExactlyInAnyOrder(5L, 5L, 7L);
        }
    }

    /** Fault 11: descriptors were closed twice, the second time perhaps somebody else's. */
    @Test
    void close_ofAllTwice_closesNobodyElsesFile() throws IOException {
        var program = BpfProgram.load(spec, LoadOptions.defaults().attachNothing());
        var attachment = program.function("on_rename").attach();
        var reader = program.ringBuffer("seen", Pair.class);
        Set<String> used = descriptors();
        reader.close();
        attachment.close();
        program.close();
        List<FileInputStream> files = new ArrayList<>();
        try {
            while (!descriptors().containsAll(used)) { // those numbers are somebody else's now
                files.add(new FileInputStream("/proc/self/status"));
            }
            reader.close();
            attachment.close();
            program.close();
            for (FileInputStream file : files) {
                assertThat(file.read()).isEqualTo('N'); // of "Name:"
            }
        } finally {
            for (FileInputStream file : files) {
                file.close();
            }
        }
    }

    private static Set<String> descriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toSet());
        }
    }

    /**
     * Fault 12: each program left a shutdown hook and a temporary file. Fault 15: what failed was tried again and again. Fault 16: a server
     * showed all maps to the network.
     */
    @Test
    void sources_leaveNoHooksFilesWaitsOrServers() throws IOException {
        assertThat(linesOfMainSources("addShutdownHook|deleteOnExit|System\\.exit|Runtime\\.halt|Thread\\.sleep"
                + "|ServerSocket|HttpServer")).isEmpty();
        long before = temporaryFiles();
        for (int i = 0; i < 30; i++) {
            BpfProgram.load(spec).close();
        }
        assertThat(temporaryFiles()).isEqualTo(before);
    }

    private static long temporaryFiles() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.toString().endsWith(".o") || file.toString().endsWith(".so")).count();
        }
    }

    private static List<String> linesOfMainSources(String pattern) throws IOException {
        List<String> found = new ArrayList<>();
        for (String module : List.of("native", "ebpf-elf", "ebpf-btf", "ebpf-core", "ebpf-metrics")) {
            try (var files = Files.walk(Fixtures.ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.toString().contains("/gen/")).toList()) {
                    Files.readAllLines(file).stream().filter(line -> line.matches(".*(" + pattern + ").*"))
                            .forEach(line -> found.add(file.getFileName() + ": " + line.strip()));
                }
            }
        }
        return found;
    }
}
