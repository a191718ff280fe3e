package io.ebpf4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.libbpf.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel may answer, and what becomes of it. */
class KernelTableTest {
    private static final int EFAULT = 14;

    private final Map<Integer, Long> visited = new HashMap<>();

    private KernelTable table(FakeMap map) {
        var spec = new MapSpec("rows", MapType.HASH, 1, map.keySize, map.valueSize, map.maxEntries, 0, Optional.empty(),
                Optional.empty(), Optional.empty(), ".maps");
        return new KernelTable("x: map 'rows'", spec, map.valueSize, map.maxEntries, map);
    }

    private void visit(MemorySegment keys, long keyOffset, MemorySegment values, long valueOffset) {
        Long before = visited.put(keys.get(ValueLayout.JAVA_INT_UNALIGNED, keyOffset),
                values.get(ValueLayout.JAVA_LONG_UNALIGNED, valueOffset));
        assertThat(before).as("a row is visited once").isNull();
    }

    private static FakeMap filled(FakeMap map, int rows) {
        for (int i = 0; i < rows; i++) {
            map.put(i, i * 7L);
        }
        return map;
    }

    private void assertAllVisited(int rows) {
        assertThat(visited).hasSize(rows);
        visited.forEach((key, value) -> assertThat(value).isEqualTo(key * 7L));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, 10_000})
    void walk_readsBatchesOf4096_andTheLastOneWhoseEndIsAnError(int rows) {
        var map = filled(new FakeMap(), rows);
        assertThat(table(map).walk(this::visit)).isEqualTo(new Walk(rows, true));
        assertAllVisited(rows);
        assertThat(map.calls).allMatch("lookupBatch 4096"::equals).hasSize(Math.max(1, Math.ceilDiv(rows, 4096)));
    }

    @Test
    void batch_isNoMoreThanTheMapHasOrAMegabyteHolds() {
        var small = new FakeMap();
        small.maxEntries = 10;
        assertThat(table(small).batch()).isEqualTo(10);
        var wide = new FakeMap();
        wide.valueSize = 100_000;
        assertThat(table(wide).batch()).isEqualTo(10);
        wide.valueSize = 50_000_000;
        assertThat(table(wide).batch()).isEqualTo(1);
        small.maxEntries = 0;
        assertThat(table(small).batch()).isEqualTo(1);
        small.maxEntries = 0xffff_ffffL;
        assertThat(table(small).batch()).isEqualTo(4096);
    }

    @Test
    void bucketOverTheBatch_isReadByALargerOne() {
        var map = filled(new FakeMap(), 9_000);
        map.bucket = 9_000;
        assertThat(table(map).walk(this::visit)).isEqualTo(new Walk(9_000, true));
        assertAllVisited(9_000);
        assertThat(map.calls).containsExactly("lookupBatch 4096", "lookupBatch 8192", "lookupBatch 16384");
    }

    @Test
    void bucketOverTheMap_isAnErrorAndNoLoop() {
        var map = new FakeMap() {
            @Override
            public int refusal(String call, int place) {
                return -Errno.ENOSPC;
            }
        };
        map.maxEntries = 10_000;
        assertThatThrownBy(() -> table(map).walk(this::visit)).isInstanceOf(MapAccessException.class).hasMessage(
                "x: map 'rows': batch lookup of 16384 rows: ENOSPC (28, No space left on device)");
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINVAL, EFAULT, Errno.EPERM, Errno.ENOMEM, Errno.EBADF})
    void errorMidway_isThrownWithHowFarItCame_andNotTakenForTheEnd(int errno) {
        var map = filled(new FakeMap() {
            @Override
            public int refusal(String call, int place) {
                return place >= 8192 ? -errno : 1;
            }
        }, 10_000);
        assertThatThrownBy(() -> table(map).walk(this::visit)).isInstanceOf(MapAccessException.class)
                .hasMessageStartingWith("x: map 'rows': batch lookup after 8192 rows: ").satisfies(thrown -> assertThat(
                        ((MapAccessException) thrown).errno()).hasValue(errno));
        assertAllVisited(8192);
    }

    @ParameterizedTest
    @ValueSource(ints = {EFAULT, Errno.EPERM, Errno.EBADF, Errno.ENOMEM})
    void errorAtOnce_isThrown_andNotTakenForAnEmptyMap(int errno) {
        var map = filled(new FakeMap() {
            @Override
            public int refusal(String call, int place) {
                return -errno;
            }
        }, 3);
        assertThatThrownBy(() -> table(map).forEach(this::visit)).isInstanceOf(MapAccessException.class)
                .hasMessageStartingWith("x: map 'rows': batch lookup after 0 rows: " + Errno.describe(errno));
        assertThatThrownBy(() -> table(map).drain(this::visit)).isInstanceOf(MapAccessException.class)
                .hasMessageStartingWith("x: map 'rows': batch lookup and delete after 0 rows: ");
        assertThat(map.rows).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINVAL, Errno.ENOTSUPP, Errno.EOPNOTSUPP})
    void kernelWithoutBatches_isReadKeyByKey(int errno) {
        var map = filled(new FakeMap() {
            @Override
            public int refusal(String call, int place) {
                return -errno;
            }
        }, 500);
        assertThat(table(map).walk(this::visit)).isEqualTo(new Walk(500, true));
        assertAllVisited(500);
    }

    @Test
    void countOverTheBatch_isAnErrorAndNoRead() {
        var map = new FakeMap() {
            @Override
            public int lookupBatch(MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values,
                    MemorySegment count) {
                count.set(ValueLayout.JAVA_INT, 0, 5000);
                return 0;
            }
        };
        assertThatThrownBy(() -> table(map).walk(this::visit)).isInstanceOf(MapAccessException.class)
                .hasMessageContaining("of 4096 rows gave 5000");
    }

    @Test
    void interruptedBatch_goesOnWhereItWas_butNotForEver() {
        var map = filled(new FakeMap() {
            private boolean once;

            @Override
            public int refusal(String call, int place) {
                once = !once;
                return once ? -Errno.EINTR : 1;
            }
        }, 10_000);
        assertThat(table(map).walk(this::visit)).isEqualTo(new Walk(10_000, true));
        assertAllVisited(10_000);
        var always = new FakeMap() {
            @Override
            public int refusal(String call, int place) {
                return -Errno.EINTR;
            }
        };
        assertThat(table(always).walk(this::visit)).isEqualTo(new Walk(0, false));
    }

    @Test
    void keysOfOneByte_haveRoomForTheCursor() {
        var map = new FakeMap() {
            @Override
            public int lookupBatch(MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values,
                    MemorySegment count) {
                assertThat(to.byteSize()).isGreaterThanOrEqualTo(4);
                count.set(ValueLayout.JAVA_INT, 0, 0);
                return -Errno.ENOENT;
            }
        };
        map.keySize = 1;
        assertThat(table(map).walk(this::visit)).isEqualTo(new Walk(0, true));
    }

    @Test
    void walkKeyByKey_meetsAVanishedKey_andVisitsTheOthersOnce() {
        var map = new FakeMap() {
            private int steps;

            @Override
            public int nextKey(MemorySegment key, MemorySegment next) {
                if (++steps == 50) {
                    rows.remove(bytes(next.get(ValueLayout.JAVA_INT, 0))); // so that the next one is the first again
                }
                return super.nextKey(key, next);
            }
        };
        map.batches = false;
        filled(map, 100);
        assertThat(table(map).walk(this::visit)).isEqualTo(new Walk(100, true));
        assertAllVisited(100);
    }

    @Test
    void walkKeyByKey_thatNeverEnds_givesUp_andForEachSaysSo() {
        var map = new FakeMap() {
            @Override
            public int nextKey(MemorySegment key, MemorySegment next) {
                return super.nextKey(MemorySegment.NULL, next);
            }
        };
        map.batches = false;
        map.maxEntries = 20;
        filled(map, 5);
        assertThat(table(map).walk(this::visit)).isEqualTo(new Walk(1, false));
        visited.clear();
        assertThatThrownBy(() -> table(map).forEach(this::visit)).isInstanceOf(MapAccessException.class)
                .hasMessage(
                        "x: map 'rows': rows come and go faster than they can be read; gave up after 1 rows of at most"
                                + " 20; a snapshot takes what there is");
    }

    @Test
    void walkKeyByKey_whoseCallsFail_throws() {
        var map = new FakeMap() {
            @Override
            public int nextKey(MemorySegment key, MemorySegment next) {
                return key.address() == 0 ? super.nextKey(key, next) : -EFAULT;
            }
        };
        map.batches = false;
        filled(map, 5);
        assertThatThrownBy(() -> table(map).walk(this::visit)).isInstanceOf(MapAccessException.class)
                .hasMessageStartingWith("x: map 'rows': next key after 1 rows: EFAULT");
        assertThat(visited).isEmpty();
        var locked = new FakeMap() {
            @Override
            public int lookup(MemorySegment key, MemorySegment value, long flags) {
                return -Errno.EPERM;
            }
        };
        locked.batches = false;
        filled(locked, 5);
        assertThatThrownBy(() -> table(locked).walk(this::visit)).hasMessage("x: map 'rows': lookup after 0 rows: "
                + "EPERM (1, Operation not permitted); it is frozen, opened to be read only, or made for functions in the"
                + " kernel alone");
    }

    @Test
    void drain_inBatches_leavesNothing() {
        var map = filled(new FakeMap(), 10_000);
        assertThat(table(map).drain(this::visit)).isEqualTo(new Walk(10_000, true));
        assertAllVisited(10_000);
        assertThat(map.rows).isEmpty();
        assertThat(map.calls).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void drain_ofAKernelWithoutBatches_takesRowByRow(boolean takes) {
        var map = filled(new FakeMap(), 100);
        map.batches = false;
        map.takes = takes;
        assertThat(table(map).drain(this::visit)).isEqualTo(new Walk(100, true));
        assertAllVisited(100);
        assertThat(map.rows).isEmpty();
    }

    @Test
    void drain_whoseVisitorThrows_putsBackWhatItHasNotSeen() {
        var map = filled(new FakeMap(), 10_000);
        List<Integer> seen = new ArrayList<>();
        assertThatThrownBy(() -> table(map).drain((keys, keyOffset, values, valueOffset) -> {
            seen.add(keys.get(ValueLayout.JAVA_INT_UNALIGNED, keyOffset));
            if (seen.size() == 5000) {
                throw new IllegalStateException("enough");
            }
        })).hasMessage("enough").hasNoSuppressedExceptions();
        assertThat(map.rows).hasSize(5000).doesNotContainKeys(seen.stream().map(map::bytes).toArray(ByteBuffer[]::new));
        table(map).walk(this::visit);
        assertAllVisited(5000);
    }

    @Test
    void drain_whoseVisitorThrows_tellsWhatCouldNotBePutBack() {
        var map = filled(new FakeMap(), 10);
        var table = table(map);
        assertThatThrownBy(() -> table.drain((keys, keyOffset, values, valueOffset) -> {
            filled(map, 3); // newer rows, of the first three keys
            throw new IllegalStateException("enough");
        })).hasMessage("enough").satisfies(thrown -> assertThat(thrown.getSuppressed()).singleElement().satisfies(
                lost -> assertThat(lost)
                        .hasMessage("x: map 'rows': 2 of 9 rows were taken, not visited, and are lost, for they"
                                + " could not be put back: EEXIST (17, File exists)")));
        assertThat(map.rows).hasSize(10);
    }

    @Test
    void updateAll_ofAFullMap_saysHowManyWereWritten() {
        var map = new FakeMap();
        map.maxEntries = 3;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment keys = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3, 4, 5);
            MemorySegment values = arena.allocate(5 * 8, 8);
            assertThat(table(map).updateAll(keys, values, 5)).isEqualTo(3);
            assertThat(table(map).updateAll(keys, values, 3)).isEqualTo(3);
            map.batches = false; // the kernel leaves the count as it was
            assertThat(table(map).updateAll(keys, values, 3)).isZero();
        }
    }

    @Test
    void deleteAll_stopsAtAKeyThatIsNotThere() {
        var map = filled(new FakeMap(), 3);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment keys = arena.allocateFrom(ValueLayout.JAVA_INT, 0, 1, 9, 2);
            assertThat(table(map).deleteAll(keys, 4)).isEqualTo(2);
            assertThat(map.rows).containsOnlyKeys(List.of(map.bytes(2)));
        }
    }

    @Test
    void failures_sayWhatToDo() {
        var table = table(new FakeMap());
        assertThat(table.failure("put of key 7", -Errno.E2BIG)).hasMessage(
                "x: map 'rows': put of key 7: E2BIG (7, Argument list too long); it is full with 100000 rows: remove some, or"
                        + " load it with LoadOptions.maxEntries(\"rows\", ..) for more");
        assertThat(table.failure("get", -Errno.ENOTSUPP)).hasMessageEndingWith(
                "; this kernel does not do that with a HASH");
    }
}
