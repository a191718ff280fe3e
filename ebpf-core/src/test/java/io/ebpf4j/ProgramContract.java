package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.export.MapExporter;
import io.ebpf4j.export.RecordSink;
import io.ebpf4j.export.RingSource;
import io.ebpf4j.export.TableSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a program does on any kernel, the running one or recorded dumps. */
abstract class ProgramContract {
    static final Pair PAIR = new Pair("127.0.0.1", "10.1.2.3");
    static final Pair OTHER = new Pair("127.0.0.1", "10.1.2.4");

    private BpfProgram program;

    record Pair(String saddr, String daddr) {}

    /** {@return {@code maps_counter} with at least three records of {@link #PAIR} in its ring and a row that counts them} */
    abstract BpfProgram makeProgram();

    @BeforeEach
    final void begin() {
        program = makeProgram();
    }

    @AfterEach
    final void end() {
        program.close();
    }

    @Test
    void reader_drainsSome_thenTheRest_thenNothing() {
        try (var reader = program.ringBuffer("seen", Pair.class)) {
            List<Pair> pairs = new ArrayList<>();
            var some = reader.drain(pairs::add, 2);
            assertThat(some.records()).isEqualTo(2);
            assertThat(some.reason()).isEqualTo(Drained.Reason.MAX);
            assertThat(some.backlogBytes()).isPositive().isEqualTo(16 * (some.backlogBytes() / 16));
            var rest = reader.drain(pairs::add);
            assertThat(rest.records()).isGreaterThanOrEqualTo(1);
            assertThat(rest.reason()).isEqualTo(Drained.Reason.EMPTY);
            assertThat(pairs).hasSize(2 + rest.records()).containsOnly(PAIR);
            assertThat(reader.statistics().records()).isEqualTo(pairs.size());
        }
    }

    @Test
    void reader_whoseHandlerThrows_goesOnBehindThatRecord() {
        try (var reader = program.ringBuffer("seen", Pair.class)) {
            assertThatThrownBy(() -> reader.drain(pair -> {
                throw new UnsupportedOperationException("not this one");
            })).hasMessage("not this one");
            assertThat(reader.statistics().failed()).isEqualTo(1);
            assertThat(reader.statistics().records()).isZero();
            assertThat(reader.drain(pair -> {}).records()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void reader_asATypeThatDoesNotFit_namesComponentAndField() {
        record Wrong(String saddr, int daddr) {}
        record Absent(String source) {}
        assertThatThrownBy(() -> program.ringBuffer("seen", Wrong.class)).isInstanceOf(BindingException.class)
                .hasMessage(
                        "maps_counter: map 'seen': component Wrong.daddr of Java type int cannot take the values of C type"
                                + " ipv4_addr (4 bytes); use Inet4Address or String");
        assertThatThrownBy(() -> program.ringBuffer("seen", Absent.class)).isInstanceOf(BindingException.class)
                .hasMessageStartingWith(
                        "maps_counter: map 'seen': component Absent.source of String has no field 'source'")
                .hasMessageContaining("struct pair has [saddr, daddr]");
        program.ringBuffer("seen", Pair.class).close(); // what failed did not keep the ring
    }

    @Test
    void map_ofAnotherNameOrKind_namesThoseThereAre() {
        assertThatThrownBy(() -> program.ringBuffer("sene", Pair.class)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maps_counter: has no map 'sene' (did you mean 'seen'?); its ring buffers are [seen]");
        assertThatThrownBy(() -> program.ringBuffer("totals", Pair.class)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maps_counter: map 'totals' is a HASH, no ring buffer; use hashMap(\"totals\", ..), or"
                        + " map(\"totals\").asLongHash() for plain integers; its ring buffers are [seen]");
        assertThatThrownBy(() -> program.hashMap("seen", Pair.class, Long.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "maps_counter: map 'seen' is a RINGBUF, no hash map; use ringBuffer(\"seen\", ..); its hash maps"
                                + " are [totals]");
    }

    @Test
    void view_readsRowsByKeyAndAll() {
        var totals = program.hashMap("totals", Pair.class, Long.class);
        long count = totals.get(PAIR).orElseThrow();
        assertThat(count).isGreaterThanOrEqualTo(3);
        assertThat(totals.get(OTHER)).isEmpty();
        assertThat(totals.toMap()).containsOnlyKeys(PAIR);
        Map<Pair, Long> visited = new HashMap<>();
        assertThat(totals.forEach(visited::put)).isEqualTo(1);
        assertThat(visited.get(PAIR)).isGreaterThanOrEqualTo(count);
    }

    @Test
    void close_wakesAReaderThatWaits() throws Exception {
        var reader = program.ringBuffer("seen", Pair.class);
        reader.drain(pair -> {});
        var entered = new CountDownLatch(1);
        var waiting = run(() -> {
            entered.countDown();
            while (true) {
                try {
                    var drained = reader.poll(pair -> {}, Duration.ofMinutes(10));
                    if (drained.reason() == Drained.Reason.CLOSED) {
                        return;
                    }
                } catch (IllegalStateException e) {
                    // Somebody else's record had just ended a poll, and the next one came too late.
                    assertThat(e).hasMessage("the reader of ring 'seen' is closed");
                    return;
                }
            }
        });
        assertThat(entered.await(5, TimeUnit.SECONDS)).isTrue();
        TimeUnit.MILLISECONDS.sleep(50);
        program.close();
        assertThat(waiting).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void close_byAHandler_endsItsReader() {
        var reader = program.ringBuffer("seen", Pair.class);
        var drained = reader.drain(pair -> program.close());
        assertThat(drained.records()).isEqualTo(1);
        assertThat(drained.reason()).isEqualTo(Drained.Reason.CLOSED);
        assertThatThrownBy(() -> reader.drain(pair -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_byAVisitor_letsItsVisitEnd() {
        var totals = program.hashMap("totals", Pair.class, Long.class);
        assertThat(totals.forEach((pair, count) -> program.close())).isEqualTo(1);
        assertThatThrownBy(totals::toMap).isInstanceOf(IllegalStateException.class)
                .hasMessage("program maps_counter is closed");
    }

    @Test
    void dump_leavesTheRecordsToTheReader() {
        var dump = program.dump();
        assertThat(dump.maps()).containsOnlyKeys("seen", "totals");
        try (var reader = program.ringBuffer("seen", Pair.class)) {
            assertThat(reader.drain(pair -> {}).records()).isGreaterThanOrEqualTo(3);
            assertThatThrownBy(program::dump).isInstanceOf(IllegalStateException.class).hasMessageContaining("'seen'");
        }
    }

    @Test
    void export_handsOverRecordsAndRows_andEndsBeforeTheMaps() throws Exception {
        var exporter = new Recording();
        program.export(exporter);
        assertThat(exporter.records.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(exporter.threads).singleElement().satisfies(thread -> {
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.getName()).isEqualTo("ebpf-maps_counter");
        });
        assertThat(exporter.tables.getFirst().rows().forEach((keys, keyOffset, values, valueOffset) -> {}))
                .isEqualTo(1);
        assertThatThrownBy(() -> program.ringBuffer("seen", Pair.class)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is exported");
        program.close();
        assertThat(exporter.closed).isTrue();
        assertThat(exporter.threads.iterator().next().join(Duration.ofSeconds(5))).isTrue();
        assertThatThrownBy(
                () -> exporter.tables.getFirst().rows().forEach((keys, keyOffset, values, valueOffset) -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void export_thatFails_closesTheProgramFirst() {
        var exporter = new Recording() {
            @Override
            public void table(TableSource source) {
                throw new ObjectFileException("no place for " + source.map().name());
            }
        };
        assertThatThrownBy(() -> program.export(exporter)).hasMessage("no place for totals");
        assertThat(exporter.closed).isTrue();
        assertThatThrownBy(program::dump).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void export_ofAMapTwice_isRefused_forItWouldCountTwice() {
        program.export(new Recording() {
            @Override
            public boolean takes(MapSpec map) {
                return map.type().isHash();
            }
        });
        assertThatThrownBy(() -> program.export(new Recording())).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("maps_counter: map 'totals' is already exported");
    }

    @Test
    void close_whoseExporterFails_closesTheRestAllTheSame() {
        var exporter = new Recording() {
            @Override
            public void close() {
                throw new AssertionError("no way");
            }
        };
        program.export(exporter);
        assertThatThrownBy(program::close).isInstanceOf(AssertionError.class).hasMessage("no way");
        program.close();
        assertThatThrownBy(program::dump).isInstanceOf(IllegalStateException.class);
        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(exporter.threads::contains);
    }

    @Test
    void close_bySecondThread_waitsForTheFirst() throws Exception {
        var reader = program.ringBuffer("seen", Pair.class);
        var inside = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        var handler = run(() -> reader.drain(pair -> {
            inside.countDown();
            assertThat(awaits(leave)).isTrue();
        }, 1));
        assertThat(awaits(inside)).isTrue();
        var first = run(program::close);
        var second = run(program::close);
        TimeUnit.MILLISECONDS.sleep(100);
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        leave.countDown();
        assertThat(handler).succeedsWithin(Duration.ofSeconds(5));
        assertThat(first).succeedsWithin(Duration.ofSeconds(5));
        assertThat(second).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void close_byAnExporterThatIsBeingClosed_doesNotHang() {
        program.export(new Recording() {
            @Override
            public void close() {
                program.close();
            }
        });
        assertThat(run(program::close)).succeedsWithin(Duration.ofSeconds(10));
        assertThatThrownBy(program::dump).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_byExportersOfEachOther_doesNotHang() {
        var other = makeProgram();
        program.export(new Recording() {
            @Override
            public void close() {
                other.close();
            }
        });
        other.export(new Recording() {
            @Override
            public void close() {
                program.close();
            }
        });
        assertThat(CompletableFuture.allOf(run(program::close), run(other::close)))
                .succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void close_byTwoHandlersOfEachOther_doesNotHang() throws Exception {
        var other = makeProgram();
        var both = new CountDownLatch(2);
        var mine = run(() -> program.ringBuffer("seen", Pair.class).drain(pair -> {
            both.countDown();
            assertThat(awaits(both)).isTrue();
            other.close();
        }));
        var theirs = run(() -> other.ringBuffer("seen", Pair.class).drain(pair -> {
            both.countDown();
            assertThat(awaits(both)).isTrue();
            program.close();
        }));
        assertThat(CompletableFuture.allOf(mine, theirs)).succeedsWithin(Duration.ofSeconds(10));
    }

    /** On a thread of its own: the common pool has one on a small machine. */
    private static CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, command -> Thread.ofPlatform().daemon().start(command));
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            return latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static class Recording implements MapExporter {
        final CountDownLatch records = new CountDownLatch(3);
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        final List<TableSource> tables = new ArrayList<>();
        volatile boolean closed;

        @Override
        public boolean takes(MapSpec map) {
            return map.output().isPresent();
        }

        @Override
        public RecordSink ring(RingSource source) {
            return (memory, offset) -> {
                threads.add(Thread.currentThread());
                records.countDown();
            };
        }

        @Override
        public void table(TableSource source) {
            tables.add(source);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
