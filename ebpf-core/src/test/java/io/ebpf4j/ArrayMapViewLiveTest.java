package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Arrays of every kind in the running kernel. */
@Live
class ArrayMapViewLiveTest {
    record Traffic(long packets, long bytes) {}

    record Endpoint(Inet4Address addr, int port, String comm) {}

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

    @Test
    void array_ofStructs_isReadAndWrittenBySystemCalls() {
        var cells = program.map("cells").asArray(Traffic.class);
        assertThat(cells.isShared()).isFalse();
        assertThat(cells.length()).isEqualTo(5000);
        assertThat(cells.get(4999)).isEqualTo(new Traffic(0, 0));
        cells.set(4999, new Traffic(-1, 0xffff_ffffL));
        cells.set(0, new Traffic(5, 6));
        assertThat(cells.get(4999)).isEqualTo(new Traffic(-1, 0xffff_ffffL));
        var all = cells.toList();
        assertThat(all).hasSize(5000);
        assertThat(all.getFirst()).isEqualTo(new Traffic(5, 6));
        assertThat(all.get(1)).isEqualTo(new Traffic(0, 0));
        assertThat(all.getLast()).isEqualTo(new Traffic(-1, 0xffff_ffffL));
        Map<Integer, Traffic> visited = new HashMap<>();
        cells.forEach((traffic, index) -> assertThat(visited.put(index, traffic)).isNull());
        assertThat(visited).hasSize(5000).containsEntry(4999, new Traffic(-1, 0xffff_ffffL));
        assertThatThrownBy(() -> cells.get(5000)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("maps_kinds: map 'cells': has no element 5000, only 0 to 4999");
        assertThatThrownBy(() -> cells.set(-1, new Traffic(0, 0))).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> cells.set(1, new Traffic(0, -1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("maps_kinds: map 'cells': element 1 cannot be Traffic[packets=0, bytes=-1]: ");
    }

    @Test
    void array_thatIsShared_isReadWithNoSystemCall_andSeesWhatFunctionsWrite() {
        var shared = program.map("shared").asLongArray();
        assertThat(shared.isShared()).isTrue();
        shared.set(7, 100);
        program.function("on_rename").testRun(TestRun.defaults());
        assertThat(shared.get(7)).isEqualTo(103);
        assertThat(shared.getAcquire(7)).isEqualTo(103);
        assertThat(shared.getAndAdd(7, -4)).isEqualTo(103);
        assertThat(shared.compareAndSet(7, 99, Long.MIN_VALUE)).isTrue();
        assertThat(shared.compareAndSet(7, 99, 1)).isFalse();
        assertThat(shared.toArray()).hasSize(1000).endsWith(0).satisfies(all -> assertThat(all[7])
                .isEqualTo(Long.MIN_VALUE));
        // the same by system calls, which see the same memory
        var objects = program.map("shared").asArray(Long.class);
        assertThat(objects.get(7)).isEqualTo(Long.MIN_VALUE);
        var structs = program.map("shared_structs").asArray(Endpoint.class);
        var last = new Endpoint((Inet4Address) InetAddress.ofLiteral("1.2.3.4"), 65535, "seven77");
        structs.set(9, last);
        assertThat(structs.get(9)).isEqualTo(last);
        assertThat(structs.get(8).port()).isZero();
        assertThat(structs.toList()).hasSize(10).endsWith(last);
    }

    @Test
    void sharedInts_takeEightBytesEach() {
        var ints = program.map("shared_ints").asLongArray();
        ints.set(0, -1);
        ints.set(2, -3);
        assertThat(ints.toArray()).containsExactly(-1, 0, -3);
        assertThat(ints.getAndAdd(1, 5)).isZero();
        assertThat(ints.compareAndSet(1, 5, -5)).isTrue();
        assertThat(ints.get(1)).isEqualTo(-5);
        assertThatThrownBy(() -> ints.compareAndSet(1, -5, 1L << 31)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ints.set(0, 1L << 31)).isInstanceOf(IllegalArgumentException.class).hasMessage(
                "maps_kinds: map 'shared_ints': element 0 cannot be 2147483648: 2147483648 does not fit a signed field of 32"
                        + " bits");
        assertThatThrownBy(() -> ints.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void additions_ofSeveralThreads_areAllThere() {
        var shared = program.map("shared").asLongArray();
        var other = CompletableFuture.runAsync(() -> add(shared), command -> Thread.ofPlatform().start(command));
        add(shared);
        other.join();
        assertThat(shared.get(0)).isEqualTo(200_000);
    }

    private static void add(LongArrayMapView array) {
        for (int i = 0; i < 100_000; i++) {
            array.getAndAdd(0, 1);
        }
    }

    @Test
    void longArray_byCallsOrMemory_allocatesNothing() {
        for (String name : new String[]{"numbers", "shared"}) {
            var array = program.map(name).asLongArray();
            assertThat(Allocation.ofCompiled(() -> {
                for (int i = 0; i < 10_000; i++) {
                    array.set(i % 100, i);
                    if (array.get(i % 100) != i) {
                        throw new AssertionError(i);
                    }
                }
            })).as(name).isZero();
        }
    }

    @Test
    void atomics_withoutSharedMemory_sayHowToDeclareIt() {
        var numbers = program.map("numbers").asLongArray();
        numbers.set(3, 4_294_967_295L);
        assertThat(numbers.get(3)).isEqualTo(4_294_967_295L);
        assertThatThrownBy(() -> numbers.getAndAdd(3, 1)).isInstanceOf(UnsupportedOperationException.class).hasMessage(
                "maps_kinds: map 'numbers': is not in shared memory, so that nothing in it can be changed atomically from"
                        + " here; declare it with __uint(map_flags, BPF_F_MMAPABLE)");
    }

    @Test
    void perCpuArray_hasAValueOfEachCpu() {
        var cells = program.map("cells_each").asPerCpuArray(Long.class);
        int cpus = program.map("cells_each").cpus();
        cells.set(15, PerCpu.same(21L, cpus));
        assertThat(cells.get(15).sum()).isEqualTo(21L * cpus);
        assertThat(cells.get(0).max()).isZero();
        assertThat(cells.toList()).hasSize(16).last().isEqualTo(PerCpu.same(21L, cpus));
    }

    @Test
    void closedProgram_isSaid_alsoBySharedMemory() {
        var shared = program.map("shared").asLongArray();
        var numbers = program.map("numbers").asLongArray();
        program.close();
        assertThatThrownBy(() -> shared.get(1)).isInstanceOf(IllegalStateException.class)
                .hasMessage("maps_kinds: map 'shared': the program is closed");
        assertThatThrownBy(() -> shared.getAndAdd(1, 1)).isInstanceOf(IllegalStateException.class)
                .hasMessage("maps_kinds: map 'shared': the program is closed");
        assertThatThrownBy(() -> shared.set(1, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> numbers.get(1)).isInstanceOf(IllegalStateException.class)
                .hasMessage("program maps_kinds is closed");
    }
}
