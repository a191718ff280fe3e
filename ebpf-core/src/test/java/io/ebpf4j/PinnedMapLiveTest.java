package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.ebpf4j.attach.RawTracepoint;
import io.ebpf4j.testing.ChildJvm;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.ProcessUse;
import io.ebpf4j.testing.Tool;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Maps out of the BPF file system, pinned by programs here and by bpftool. */
@Live
@Timeout(120)
class PinnedMapLiveTest {
    private static final ProgramSpec KINDS = ProgramSpec.read(Fixtures.path("live", "maps_kinds"));
    private static final ProgramSpec RINGS = ProgramSpec.read(Fixtures.path("live", "ring_lost"));
    private static final ProgramSpec USER_RINGS = ProgramSpec.read(Fixtures.path("live", "user_ring"));
    private static final LoadOptions QUIET = LoadOptions.defaults().attachNothing();

    private final Path folder = Path.of("/sys/fs/bpf/ebpf4j_pinned_" + ProcessHandle.current().pid());
    private final Path path = folder.resolve("it");

    record Traffic(long packets, long bytes) {}

    record Endpoint(Inet4Address addr, int port, String comm) {}

    record Sample(long number, long twice) {}

    @BeforeEach
    @AfterEach
    void removePins() throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private BpfProgram pinned(ProgramSpec spec, String map) {
        return BpfProgram.load(spec, QUIET.pin(map, path));
    }

    @Test
    void nothingThere_saysWhoPutsSomethingThere() {
        assertThatThrownBy(() -> PinnedMap.open(path)).isInstanceOf(MapAccessException.class)
                .hasMessage("map at " + path
                        + ": nothing is there; BpfMap.pin and LoadOptions.pin put a map there, and this"
                        + " tells what is pinned: bpftool -f map show");
    }

    @Test
    void fileOfTheKernels_isNoMap() {
        Path own = Path.of("/sys/fs/bpf/maps.debug"); // where the kernel has CONFIG_BPF_PRELOAD
        assertThatThrownBy(() -> PinnedMap.open(own)).as("it is there: %s", Files.exists(own))
                .isInstanceOf(MapAccessException.class).hasMessageStartingWith("map at " + own + (Files.exists(own)
                        ? ": that is a file of the kernel's own, and nothing that was pinned"
                        : ": nothing is there"));
    }

    @Test
    void otherFileSystem_saysHowToMountOne(@TempDir Path plain) throws IOException {
        Path file = Files.createFile(plain.resolve("file"));
        assertThatThrownBy(() -> PinnedMap.open(file)).isInstanceOf(MapAccessException.class)
                .hasMessageStartingWith("map at " + file + ": that is in a file system of type ")
                .hasMessageEndingWith("run: mount -t bpf bpf /sys/fs/bpf");
        assertThatThrownBy(() -> PinnedMap.openReadOnly(file)).isInstanceOf(MapAccessException.class)
                .hasMessageContaining("and only that of BPF keeps maps");
    }

    @Test
    void folder_saysToNameAFile() throws IOException {
        Files.createDirectory(folder);
        assertThatThrownBy(() -> PinnedMap.open(folder)).isInstanceOf(MapAccessException.class)
                .hasMessage("map at " + folder + ": that is a folder; name a file in it, as " + folder + "/name");
    }

    @Test
    void attachmentOrFunction_isNoMap_andNothingStaysOpen() {
        try (var program = BpfProgram.load(Fixtures.path("live", "attach_raw"), QUIET.enable("on_raw"))) {
            var attachment = program.function("on_raw").attach(RawTracepoint.of("task_rename"));
            attachment.pin(path);
            long before = ProcessUse.now().descriptors();
            assertThatThrownBy(() -> PinnedMap.open(path)).isInstanceOf(MapAccessException.class)
                    .hasMessage(
                            "map at " + path + ": it is no map that is pinned there, but an attachment; find the map's"
                                    + " path, as with: bpftool -f map show");
            assertThatThrownBy(() -> PinnedMap.openReadOnly(path)).isInstanceOf(MapAccessException.class)
                    .hasMessageStartingWith("map at " + path + ": EINVAL").hasMessageContaining("it is no map");
            if (Tool.has("bpftool")) {
                Path function = folder.resolve("function");
                Tool.run("bpftool", "prog", "pin", "id",
                        Integer.toUnsignedString(program.function("on_raw").info().id()), function.toString());
                assertThatThrownBy(() -> PinnedMap.open(function)).isInstanceOf(MapAccessException.class)
                        .hasMessageContaining("it is no map that is pinned there, but a function");
            }
            assertThat(ProcessUse.now().descriptors()).isEqualTo(before);
        }
    }

    @Test
    void rights_thatLack_areNamed() throws IOException {
        try (var program = pinned(KINDS, "counts")) {
            program.map("counts").asLongHash().put(17, 4);
            var options = List.of("--enable-native-access=ALL-UNNAMED");
            var withoutCapabilities = ChildJvm.run(
                    List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all"), options, Opener.class,
                    path.toString());
            if (withoutCapabilities.output().startsWith("PrivilegeException")) {
                assertThat(withoutCapabilities.output()).startsWith("PrivilegeException: map at " + path + " (EPERM")
                        .contains("CAP_BPF");
            } else { // since Linux 5.19 the rights of the file are enough
                assertThat(withoutCapabilities.output()).isEqualTo(path + ": map 'counts' (HASH) with {17=4}\n");
            }
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--------"));
            var withoutWriting = ChildJvm.run(
                    List.of("setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override"), options,
                    Opener.class, path.toString());
            assertThat(withoutWriting.output()).startsWith("PrivilegeException: map at " + path
                    + ": this process may not write it (EACCES").endsWith("or use PinnedMap.openReadOnly\n");
        }
    }

    /** Prints what comes of opening a map. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) {
            try (var map = PinnedMap.open(Path.of(arguments[0]))) {
                System.out.println(map + " with " + map.map().asHash(Integer.class, Long.class).toMap());
            } catch (BpfException e) {
                System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
    }

    @Test
    void mapOfAProgramThatIsGone_bindsByTheKernelsTypes() throws IOException {
        Endpoint here = new Endpoint((Inet4Address) InetAddress.ofLiteral("127.0.0.1"), 7, "here");
        try (var program = pinned(KINDS, "cells")) {
            program.map("cells").asArray(Traffic.class).set(4, new Traffic(5, 0xffff_ffffL));
            program.map("shared_structs").pin(folder.resolve("structs"));
            program.map("shared_structs").asArray(Endpoint.class).set(2, here);
            program.map("each").pin(folder.resolve("each"));
            program.map("each").asPerCpuHash(Integer.class, Traffic.class)
                    .put(3, PerCpu.same(new Traffic(1, 2), program.map("each").cpus()));
        }
        try (var cells = PinnedMap.open(path)) {
            assertThat(cells.spec().name()).isEqualTo("cells");
            assertThat(cells.spec().type()).isEqualTo(MapType.ARRAY);
            assertThat(cells.info().maxEntries()).isEqualTo(5000);
            assertThat(cells.path()).isEqualTo(path);
            assertThat(cells).hasToString(path + ": map 'cells' (ARRAY)");
            assertThat(cells.map()).hasToString(path + ": map 'cells' (ARRAY)");
            var view = cells.map().asArray(Traffic.class);
            assertThat(view.get(4)).isEqualTo(new Traffic(5, 0xffff_ffffL));
            view.set(5, new Traffic(7, 8));
            assertThat(view.get(5)).isEqualTo(new Traffic(7, 8));
            record Other(long packets, String bytes) {}
            assertThatThrownBy(() -> cells.map().asArray(Other.class)).isInstanceOf(BindingException.class)
                    .hasMessageStartingWith(path + ": map 'cells': component Other.bytes of Java type String");
            assertThatThrownBy(() -> cells.map().asHash(Integer.class, Traffic.class))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("is a ARRAY, not a hash");
        }
        try (var structs = PinnedMap.open(folder.resolve("structs"))) {
            assertThat(structs.map().asArray(Endpoint.class).get(2)).as("by shared memory").isEqualTo(here);
        }
        try (var each = PinnedMap.open(folder.resolve("each"))) {
            assertThat(each.map().asPerCpuHash(Integer.class, Traffic.class).get(3)).hasValueSatisfying(
                    values -> assertThat(values.sum(Traffic::bytes)).isEqualTo(2L * each.map().cpus()));
        }
    }

    @Test
    void mapsOfBpftool_haveNoTypes_butNumbersPrefixesAndBytes() throws IOException {
        if (!Tool.has("bpftool")) {
            return;
        }
        Files.createDirectory(folder);
        create("numbers", "hash", 4, 8);
        Tool.run("bpftool", "map", "update", "pinned", folder.resolve("numbers").toString(), "key", "hex", "2a", "0",
                "0",
                "0", "value", "hex", "ff", "ff", "ff", "ff", "ff", "ff", "ff", "ff");
        try (var numbers = PinnedMap.open(folder.resolve("numbers"))) {
            assertThat(numbers.info().btfId()).isEmpty();
            assertThat(numbers.map().asLongHash().getOrDefault(42, 0)).isEqualTo(-1);
            var view = numbers.map().asHash(Integer.class, Long.class);
            view.put(-1, 7L);
            assertThat(view.toMap()).containsOnly(entry(42, -1L), entry(-1, 7L));
        }
        create("bytes", "hash", 6, 24);
        try (var bytes = PinnedMap.open(folder.resolve("bytes"))) {
            var view = bytes.map().asHash(byte[].class, byte[].class);
            byte[] key = {1, 2, 3, 4, 5, 6};
            byte[] value = "of twenty-four bytes -->".getBytes(StandardCharsets.US_ASCII);
            view.put(key, value);
            assertThat(view.get(key)).hasValue(value);
            assertThatThrownBy(() -> bytes.map().asHash(Traffic.class, byte[].class))
                    .isInstanceOf(BindingException.class);
        }
        create("routes", "lpm_trie", 8, 1);
        try (var routes = PinnedMap.open(folder.resolve("routes"))) {
            var view = routes.map().asLpmTrie(IpPrefix.class, Byte.class);
            view.put(IpPrefix.parse("10.0.0.0/8"), (byte) 9);
            assertThat(view.match(IpPrefix.parse("10.1.2.3/32"))).hasValue((byte) 9);
        }
    }

    private void create(String name, String type, int key, int value) {
        List<String> command = new ArrayList<>(List.of("bpftool", "map", "create", folder.resolve(name).toString(),
                "type",
                type, "key", Integer.toString(key), "value", Integer.toString(value), "entries", "16", "name", name));
        if (type.equals("lpm_trie")) {
            command.addAll(List.of("flags", "1")); // BPF_F_NO_PREALLOC
        }
        Tool.run(command.toArray(String[]::new));
    }

    @Test
    void readOnly_readsAndWritesNothing() {
        try (var program = pinned(KINDS, "counts")) {
            var counts = program.map("counts").asLongHash();
            counts.put(1, 10);
            program.map("shared").pin(folder.resolve("shared"));
            program.map("shared").asLongArray().set(3, 33);
            program.map("ring").pin(folder.resolve("ring"));
            try (var pinned = PinnedMap.openReadOnly(path)) {
                var view = pinned.map().asHash(Integer.class, Long.class);
                assertThat(view.toMap()).containsOnly(entry(1, 10L));
                assertThatThrownBy(() -> view.put(1, 11L)).isInstanceOf(MapAccessException.class)
                        .hasMessageStartingWith(path + ": map 'counts': ")
                        .hasMessageContaining("opened to be read only");
                assertThatThrownBy(() -> view.remove(1)).isInstanceOf(MapAccessException.class);
                assertThatThrownBy(view::drain).isInstanceOf(MapAccessException.class);
            }
            try (var shared = PinnedMap.openReadOnly(folder.resolve("shared"))) {
                assertThat(shared.map().asLongArray().get(3)).as("by system calls").isEqualTo(33);
                assertThatThrownBy(() -> shared.map().asLongArray().set(3, 1)).isInstanceOf(MapAccessException.class);
            }
            try (var ring = PinnedMap.openReadOnly(folder.resolve("ring"))) {
                assertThatThrownBy(() -> ring.ringBuffer(MemorySegment.class)).isInstanceOf(MapAccessException.class)
                        .hasMessage(
                                folder + "/ring: map 'ring': was opened to be read only, and who uses a ring writes"
                                        + " his position there; use PinnedMap.open");
            }
            assertThat(counts.getOrDefault(1, 0)).isEqualTo(10);
            assertThat(program.map("shared").asLongArray().get(3)).isEqualTo(33);
        }
    }

    private static void write(BpfProgram program, int records) {
        for (int i = 0; i < records; i++) {
            program.function("write_one").testRun(TestRun.defaults());
        }
    }

    @Test
    void ringThatWasReadBefore_goesOnWhereThatReaderStopped() {
        try (var program = pinned(RINGS, "reserved")) {
            List<Sample> read = new ArrayList<>();
            write(program, 10); // the second one is discarded
            try (var reader = program.ringBuffer("reserved", Sample.class)) {
                assertThat(reader.drain(read::add, 4).records()).isEqualTo(3);
            }
            write(program, 2);
            try (var ring = PinnedMap.open(path)) {
                assertThatThrownBy(() -> ring.ringBuffer(Sample.class)).isInstanceOf(ObjectFileException.class);
                try (var bytes = ring.ringBuffer(MemorySegment.class)) {
                    bytes.drain(record -> assertThat(record.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(4), 1);
                    assertThat(bytes.statistics().records()).isEqualTo(1);
                    assertThatThrownBy(() -> ring.ringBuffer(MemorySegment.class))
                            .isInstanceOf(IllegalStateException.class).hasMessageContaining("already has a reader");
                    // Whatever an object file calls it, it is the same ring.
                    assertThatThrownBy(() -> ring.withTypes(RINGS, "copied").ringBuffer(Sample.class))
                            .isInstanceOf(IllegalStateException.class).hasMessageContaining("already has a reader");
                }
                var typed = ring.withTypes(RINGS, "reserved");
                assertThat(typed.spec().name()).isEqualTo("reserved");
                try (var rest = typed.ringBuffer(Sample.class)) {
                    rest.drain(read::add);
                    write(program, 1);
                    assertThat(rest.poll(read::add, Duration.ofSeconds(10)).records()).isEqualTo(1);
                }
                assertThat(read).extracting(Sample::number).containsExactly(0L, 2L, 3L, 5L, 6L, 7L, 8L, 9L, 10L, 11L,
                        12L);
            }
        }
    }

    @Test
    void pollingReader_isEndedWhenTheMapIsClosed() {
        try (var _ = pinned(RINGS, "reserved")) {
            var ring = PinnedMap.open(path);
            var reader = ring.ringBuffer(MemorySegment.class);
            var polling = CompletableFuture.supplyAsync(() -> reader.poll(record -> {}, Duration.ofSeconds(60)));
            ring.close();
            assertThat(polling).satisfies(poll -> poll.handle((drained, thrown) -> thrown == null
                    ? assertThat(drained.reason()).isEqualTo(Drained.Reason.CLOSED)
                    : assertThat(thrown).hasCauseInstanceOf(IllegalStateException.class)).join());
        }
    }

    @Test
    void userRing_isWrittenThroughItsPin() {
        record Order(long number, int amount, short side, byte urgent, String item) {}
        try (var program = pinned(USER_RINGS, "orders"); var ring = PinnedMap.open(path)) {
            try (var orders = ring.withTypes(USER_RINGS, "orders").userRing(Order.class)) {
                assertThat(orders.offer(new Order(1, 2, (short) 3, (byte) 4, "five"))).isTrue();
            }
            try (var bytes = ring.userRing(MemorySegment.class)) {
                bytes.offer(MemorySegment.ofArray(new byte[24]));
            }
            assertThat(program.function("drain_orders").testRun(TestRun.defaults()).returnValue()).isEqualTo(2);
            var got = program.map("got").asArray(Order.class);
            assertThat(got.get(0)).isEqualTo(new Order(1, 2, (short) 3, (byte) 4, "five"));
            assertThat(got.get(1)).isEqualTo(new Order(0, 0, (short) 0, (byte) 0, ""));
            assertThatThrownBy(() -> ring.ringBuffer(MemorySegment.class)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is a USER_RINGBUF, not a ring buffer; use userRing");
        }
    }

    @Test
    void userRing_ofAProcessThatWasKilled_isNotStuck() throws IOException, InterruptedException {
        try (var program = pinned(USER_RINGS, "orders")) {
            Process child = ChildJvm.start(List.of("--enable-native-access=ALL-UNNAMED"), Reserver.class,
                    path.toString());
            try {
                assertThat(child.inputReader().readLine()).isEqualTo("reserved");
            } finally {
                child.destroyForcibly().waitFor();
            }
            var drain = program.function("drain_orders");
            assertThat(drain.testRun(TestRun.defaults()).returnValue()).as("what is before it").isEqualTo(1);
            assertThat(drain.testRun(TestRun.defaults()).returnValue()).isZero();
            try (var ring = PinnedMap.open(path); var bytes = ring.userRing(MemorySegment.class)) {
                assertThat(bytes.statistics()).isEqualTo(new UserRingStatistics(0, 1, 0, 0, 2 * (8 + 24)));
                assertThat(drain.testRun(TestRun.defaults()).returnValue()).as("what is behind it").isEqualTo(1);
            }
        }
    }

    /** Writes, reserves, writes, and waits for its end. */
    static final class Reserver {
        private Reserver() {}

        public static void main(String[] arguments) throws InterruptedException {
            try (var ring = PinnedMap.open(Path.of(arguments[0]));
                    var bytes = ring.userRing(MemorySegment.class)) {
                bytes.offer(MemorySegment.ofArray(new byte[24]));
                try (var _ = bytes.reserve(24)) {
                    bytes.offer(MemorySegment.ofArray(new byte[24]));
                    System.out.println("reserved");
                    Thread.sleep(Duration.ofMinutes(1));
                }
            }
        }
    }

    @Test
    void types_ofAnotherMap_areRefused() {
        try (var _ = pinned(KINDS, "counts"); var pinned = PinnedMap.open(path)) {
            assertThatThrownBy(() -> pinned.withTypes(KINDS, "cells")).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            path + ": is a HASH of 4 + 8 bytes, but map 'cells' of program maps_kinds is a ARRAY of 4 +"
                                    + " 16; name the map that it is, in the file that it was loaded from");
            assertThatThrownBy(() -> pinned.withTypes(KINDS, "count")).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("(did you mean 'counts'?)");
            assertThat(pinned.withTypes(KINDS, "counts").map().asLongHash().getOrDefault(1, -1)).isEqualTo(-1);
        }
    }

    @Test
    void close_endsViews_andGivesAllBack() {
        try (var program = pinned(KINDS, "shared")) {
            program.map("shared").asLongArray().set(1, 11);
            for (int i = 0; i < 20; i++) {
                openUseClose();
            }
            var before = ProcessUse.now();
            for (int i = 0; i < 300; i++) {
                openUseClose();
            }
            var after = ProcessUse.now();
            System.out.println("300 rounds of a pinned map: before " + before + ", after " + after);
            assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors());
            assertThat(after.bpfMappings()).isLessThanOrEqualTo(before.bpfMappings());
            assertThat(program.map("shared").isPinned(path)).isTrue();
        }
    }

    private void openUseClose() {
        var pinned = PinnedMap.open(path);
        var view = pinned.map().asLongArray();
        assertThat(view.get(1)).isEqualTo(11);
        pinned.close();
        pinned.close();
        assertThatThrownBy(() -> view.get(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(pinned::map).isInstanceOf(IllegalStateException.class)
                .hasMessage("the map at " + path + " is closed");
        assertThat(pinned).hasToString(path + ": map 'shared' (ARRAY), closed");
    }
}
