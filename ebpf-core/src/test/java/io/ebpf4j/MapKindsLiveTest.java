package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.OwnCgroup;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kinds of maps that are no hashes and no arrays, in the running kernel. */
@Live
class MapKindsLiveTest {
    record Endpoint(Inet4Address addr, int port, String comm) {}

    record Rule(int prefixlen, int tenant, Inet4Address addr) {}

    record Device(int ifindex) {}

    record Note(long count, int flags, int rest) {}

    private BpfProgram program;

    @BeforeEach
    void load() {
        program = BpfProgram.load(Fixtures.ROOT.resolve("native/fixtures/live/maps_kinds.bpf.o"),
                LoadOptions.defaults().enable("on_rename").enable("jumped").attachNothing());
    }

    @AfterEach
    void close() {
        program.close();
    }

    private static Endpoint endpoint(int number) {
        return new Endpoint((Inet4Address) InetAddress.ofLiteral("10.0.0." + number), number, "no" + number);
    }

    @Test
    void trie_findsTheLongestPrefix() {
        var routes = program.map("routes").asLpmTrie(IpPrefix.class, Integer.class);
        routes.put(IpPrefix.parse("10.0.0.0/8"), 1);
        routes.put(IpPrefix.parse("10.1.2.3/16"), 2);
        routes.put(IpPrefix.parse("0.0.0.0/0"), 3);
        assertThat(routes.match(IpPrefix.parse("10.1.200.1"))).hasValue(2);
        assertThat(routes.match(IpPrefix.parse("10.2.0.1"))).hasValue(1);
        assertThat(routes.match(IpPrefix.parse("11.0.0.1"))).hasValue(3);
        assertThat(routes.match(IpPrefix.parse("10.0.0.0/7"))).hasValue(3);
        assertThat(routes.putIfAbsent(IpPrefix.parse("10.0.0.0/8"), 9)).isFalse();
        assertThat(routes.replace(IpPrefix.parse("10.0.0.0/9"), 9)).isFalse();
        assertThat(routes.snapshot()).isEqualTo(new MapSnapshot<>(Map.of(IpPrefix.parse("10.0.0.0/8"), 1,
                IpPrefix.parse("10.1.0.0/16"), 2, IpPrefix.parse("0.0.0.0/0"), 3), true));
        assertThat(routes.remove(IpPrefix.parse("10.1.0.0/24"))).isFalse();
        assertThat(routes.removeAll(List.of(IpPrefix.parse("10.1.0.0/16"), IpPrefix.parse("12.0.0.0/8")))).isEqualTo(1);
        assertThat(routes.match(IpPrefix.parse("10.1.200.1"))).hasValue(1);
        assertThatThrownBy(() -> routes.put(IpPrefix.parse("::1/128"), 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maps_kinds: map 'routes': no row can have the key 0:0:0:0:0:0:0:1/128: the keys are IPv4"
                        + " addresses");
        Map<IpPrefix, Integer> more = new HashMap<>();
        for (int i = 1; i < 50; i++) {
            more.put(new IpPrefix(InetAddress.ofLiteral(i + ".0.0.0"), 8), i);
        }
        routes.putAll(more);
        assertThat(routes.match(IpPrefix.parse("49.1.1.1"))).hasValue(49);
        assertThat(routes.clear()).isEqualTo(50); // 10/8 was there before
        assertThat(routes.snapshot().rows()).isEmpty();
    }

    @Test
    void trie_ofIpv6AndOfRecords() {
        var routes = program.map("routes6").asLpmTrie(IpPrefix.class, Integer.class);
        routes.put(IpPrefix.parse("2001:db8::/32"), 6);
        assertThat(routes.match(IpPrefix.parse("2001:db8:1::1"))).hasValue(6);
        assertThat(routes.match(IpPrefix.parse("2001:db9::1"))).isEmpty();
        var rules = program.map("rules").asLpmTrie(Rule.class, Integer.class);
        rules.put(new Rule(40, 7, (Inet4Address) InetAddress.ofLiteral("10.0.0.0")), 70);
        assertThat(rules.match(new Rule(64, 7, (Inet4Address) InetAddress.ofLiteral("10.9.9.9")))).hasValue(70);
        assertThat(rules.match(new Rule(64, 8, (Inet4Address) InetAddress.ofLiteral("10.9.9.9")))).isEmpty();
        assertThatThrownBy(() -> rules.put(new Rule(65, 7, (Inet4Address) InetAddress.ofLiteral("10.0.0.0")), 1))
                .isInstanceOf(MapAccessException.class)
                .hasMessageStartingWith("maps_kinds: map 'rules': put of key Rule[prefixlen=65, ");
        assertThatThrownBy(() -> program.map("rules").asLpmTrie(IpPrefix.class, Integer.class))
                .isInstanceOf(BindingException.class)
                .hasMessage("maps_kinds: map 'rules': its key struct rule has 8 bytes"
                        + " behind prefixlen, and an address has 4 or 16; use a record of its fields");
    }

    @Test
    void queue_isFirstInFirstOut() {
        var queue = program.map("queue").asQueue(Endpoint.class);
        assertThat(queue.pop()).isEmpty();
        queue.push(endpoint(1));
        queue.push(endpoint(2));
        program.function("on_rename").testRun(TestRun.defaults());
        assertThat(queue.offer(endpoint(3))).isFalse();
        assertThatThrownBy(() -> queue.push(endpoint(3))).isInstanceOf(MapAccessException.class)
                .hasMessageStartingWith(
                        "maps_kinds: map 'queue': push of Endpoint[addr=/10.0.0.3, port=3, comm=no3]: E2BIG")
                .hasMessageContaining("it is full with 3 rows");
        queue.pushDroppingOldest(endpoint(4));
        assertThat(queue.peek()).hasValue(endpoint(2));
        assertThat(queue.pop()).hasValue(endpoint(2));
        List<Endpoint> rest = new ArrayList<>();
        assertThat(queue.drain(rest::add)).isEqualTo(2);
        assertThat(rest).containsExactly(new Endpoint((Inet4Address) InetAddress.ofLiteral("127.0.0.1"), 7, "within"),
                endpoint(4));
        assertThat(queue.peek()).isEmpty();
    }

    @Test
    void stack_isLastInFirstOut() {
        var stack = program.map("stack").asQueue(Long.class);
        stack.push(1L);
        stack.push(4_294_967_295L);
        assertThat(stack.offer(3L)).isTrue();
        assertThat(stack.offer(4L)).isFalse();
        assertThat(stack.pop()).hasValue(3L);
        assertThat(stack.pop()).hasValue(4_294_967_295L);
        assertThat(stack.peek()).hasValue(1L);
        assertThatThrownBy(() -> stack.push(-1L)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("maps_kinds: map 'stack': cannot hold -1: ");
    }

    @Test
    void bloomFilter_forgetsNothing() {
        var seen = program.map("seen").asBloomFilter(Endpoint.class);
        for (int i = 0; i < 100; i++) {
            seen.add(endpoint(i));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(seen.mightContain(endpoint(i))).isTrue();
        }
        int mistakes = 0;
        for (int i = 100; i < 256; i++) {
            mistakes += seen.mightContain(endpoint(i)) ? 1 : 0;
        }
        assertThat(mistakes).isLessThan(20); // a map that says yes to all would make 156
        var within = new Endpoint((Inet4Address) InetAddress.ofLiteral("127.0.0.1"), 7, "within");
        assertThat(seen.mightContain(within)).isFalse();
        program.function("on_rename").testRun(TestRun.defaults());
        assertThat(seen.mightContain(within)).isTrue();
    }

    @Test
    void stackTrace_hasTheFramesOfItsNumber() {
        var stacks = program.map("stacks").asStackTraces();
        program.function("on_rename").testRun(TestRun.defaults());
        int id = program.variable("stack_id", Integer.class).get();
        assertThat(id).isNotNegative();
        long[] frames = stacks.frames(id).orElseThrow();
        assertThat(frames).hasSizeBetween(1, 16).doesNotContain(0);
        assertThat(frames[0]).as("an address in the kernel").isNegative();
        Map<Integer, long[]> all = new HashMap<>();
        assertThat(stacks.forEach(all::put)).isEqualTo(1);
        assertThat(all).containsOnlyKeys(id);
        assertThat(all.get(id)).isEqualTo(frames);
        assertThat(stacks.frames(-17)).isEmpty();
        assertThat(stacks.remove(id)).isTrue();
        assertThat(stacks.remove(id)).isFalse();
        assertThat(stacks.frames(id)).isEmpty();
        program.function("on_rename").testRun(TestRun.defaults());
        assertThat(stacks.clear()).isEqualTo(1);
    }

    @Test
    void programArray_isJumpedThrough() {
        var jumps = program.map("jumps").asProgramArray();
        assertThat(program.function("on_rename").testRun(TestRun.defaults()).returnValue()).isEqualTo(1);
        jumps.put(1, program.function("jumped"));
        assertThat(jumps.functionId(1)).isEqualTo(OptionalInt.of(program.function("jumped").info().id()));
        assertThat(jumps.functionId(2)).isEmpty();
        assertThat(program.function("on_rename").testRun(TestRun.defaults()).returnValue()).isEqualTo(2);
        assertThat(jumps.remove(1)).isTrue();
        assertThat(jumps.remove(1)).isFalse();
        assertThat(program.function("on_rename").testRun(TestRun.defaults()).returnValue()).isEqualTo(1);
    }

    @Test
    void mapOfMaps_holdsMapsLikeTheDeclaredOne() {
        var byTenant = program.map("by_tenant").asMapOfMaps(Long.class);
        assertThat(byTenant.mapId(5L)).isEmpty();
        byTenant.put(5L, program.map("inner_a"));
        byTenant.put(6L, program.map("inner_b"));
        assertThat(byTenant.mapId(5L)).isPresent().isNotEqualTo(byTenant.mapId(6L));
        Map<Long, Integer> all = new HashMap<>();
        assertThat(byTenant.forEach(all::put)).isEqualTo(2);
        assertThat(all).containsOnly(entry(5L, byTenant.mapId(5L).orElseThrow()),
                entry(6L, byTenant.mapId(6L).orElseThrow()));
        assertThat(byTenant.remove(5L)).isTrue();
        assertThat(byTenant.remove(5L)).isFalse();
        assertThatThrownBy(() -> byTenant.put(7L, program.map("counts"))).isInstanceOf(MapAccessException.class)
                .hasMessageStartingWith("maps_kinds: map 'by_tenant': put of key 7: EINVAL");
        var byIndex = program.map("by_index").asMapOfMaps(Integer.class);
        byIndex.put(1, program.map("inner_a"));
        assertThat(byIndex.mapId(1)).isPresent();
        assertThat(byIndex.mapId(0)).isEmpty();
        assertThat(byIndex.remove(1)).isTrue();
    }

    @Test
    void redirectionMaps_areHashesOfDevicesAndCpus() {
        var devices = program.map("devices").asHash(Integer.class, Integer.class);
        devices.put(2, 1); // lo
        assertThat(devices.get(2)).hasValue(1);
        assertThat(devices.toMap()).containsOnly(entry(2, 1));
        assertThat(devices.remove(2)).isTrue();
        var hashed = program.map("devices_hash").asHash(Integer.class, Device.class);
        assertThat(hashed.get(4)).isEmpty();
        var cpus = program.map("cpus").asHash(Integer.class, Integer.class);
        cpus.put(0, 192);
        assertThat(cpus.get(0)).hasValue(192);
        assertThat(cpus.remove(0)).isTrue();
    }

    @Test
    void descriptorMap_ofSockets_tellsCookies() {
        var sockets = program.map("sockets").asDescriptors(Integer.class);
        int socket = Libc.socket(2, 2, 0); // AF_INET, SOCK_DGRAM
        try {
            assertThatThrownBy(() -> sockets.put(1, socket)).isInstanceOf(MapAccessException.class)
                    .hasMessageStartingWith("maps_kinds: map 'sockets': put of key 1: "); // it is not connected
            assertThatThrownBy(() -> sockets.put(1, 987_654)).isInstanceOf(MapAccessException.class)
                    .hasMessage("maps_kinds: map 'sockets': put of key 1: EBADF (9, Bad file descriptor)");
            assertThat(sockets.cookie(1)).isEmpty();
            assertThatThrownBy(() -> sockets.remove(1)).isInstanceOf(MapAccessException.class);
            var hashed = program.map("sockets_hash").asDescriptors(Long.class);
            assertThat(hashed.cookie(7L)).isEmpty();
            assertThat(hashed.remove(7L)).isFalse();
        } finally {
            Libc.close(socket);
        }
    }

    @Test
    void storage_isKeptWithASocketOrControlGroup() throws Exception {
        if (!Kernels.since(6, 2)) {
            assertThatThrownBy(
                    () -> BpfProgram.load(Fixtures.ROOT.resolve("native/fixtures/live/maps_storage.bpf.o")).close())
                    .isInstanceOf(KernelSupportException.class).hasMessageContaining("CGRP_STORAGE")
                    .hasMessageContaining("Linux 6.2");
            return;
        }
        int socket = Libc.socket(2, 2, 0);
        try (var storages = BpfProgram.load(Fixtures.ROOT.resolve("native/fixtures/live/maps_storage.bpf.o"));
                var cgroup = new OwnCgroup()) {
            var ofSocket = storages.map("of_socket").asStorage(Note.class);
            assertThat(ofSocket.get(socket)).isEmpty();
            assertThat(ofSocket.putIfAbsent(socket, new Note(1, 2, 3))).isTrue();
            assertThat(ofSocket.putIfAbsent(socket, new Note(4, 5, 6))).isFalse();
            assertThat(ofSocket.get(socket)).hasValue(new Note(1, 2, 3));
            ofSocket.put(socket, new Note(-1, 5, 6));
            assertThat(ofSocket.get(socket)).hasValue(new Note(-1, 5, 6));
            assertThat(ofSocket.remove(socket)).isTrue();
            assertThat(ofSocket.remove(socket)).isFalse();
            assertThatThrownBy(() -> ofSocket.get(987_654)).isInstanceOf(MapAccessException.class)
                    .hasMessage("maps_storage: map 'of_socket': get of key 987654: EBADF (9, Bad file descriptor)");
            int folder = Descriptors.open(cgroup.directory(), Libc.O_RDONLY());
            try {
                var ofCgroup = storages.map("of_cgroup").asStorage(Note.class);
                ofCgroup.put(folder, new Note(7, 8, 9));
                assertThat(ofCgroup.get(folder)).hasValue(new Note(7, 8, 9));
            } finally {
                Descriptors.close(folder);
            }
        } finally {
            Libc.close(socket);
        }
    }

    @Test
    void everyKind_isRefusedByTheOtherViews_withWhatIsPossible() {
        assertThatThrownBy(() -> program.map("ring").asQueue(Long.class)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maps_kinds: map 'ring': is a RINGBUF, not a queue or stack; use ringBuffer(\"ring\", ..)");
        Map<String, String> uses = Map.ofEntries(entry("rows", "hashMap("), entry("each", "asPerCpuHash("),
                entry("cells_each", "asPerCpuArray("), entry("cells", "asArray("), entry("routes", "asLpmTrie("),
                entry("queue", "asQueue("), entry("stack", "asQueue("), entry("seen", "asBloomFilter("),
                entry("jumps", "asProgramArray("), entry("by_tenant", "asMapOfMaps("), entry("devices", "asHash("),
                entry("cpus", "asHash("), entry("sockets", "asDescriptors("));
        uses.forEach((map, use) -> assertThatThrownBy(() -> program.map(map).asStackTraces()).as(map)
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not a map of stack traces; use ")
                .hasMessageContaining(use).hasMessageContaining('"' + map + '"'));
        assertThatThrownBy(() -> program.map("stacks").asProgramArray()).hasMessageEndingWith(
                "is a STACK_TRACE, not an array of functions; use map(\"stacks\").asStackTraces()");
        assertThat(Optional.of(program.map("rows").cpus())).hasValue(1);
    }
}
