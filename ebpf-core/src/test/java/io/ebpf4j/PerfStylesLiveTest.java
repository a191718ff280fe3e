package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.Await;
import io.ebpf4j.testing.Calls;
import io.ebpf4j.testing.Cpus;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Hits;
import io.ebpf4j.testing.Live;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each way to read a ring buffer reads a perf buffer. */
@Live
@Timeout(60)
class PerfStylesLiveTest {
    private static final ProgramSpec SPEC = ProgramSpec.read(Fixtures.path("live", "perf_events"));

    record Event(long number, int cpu, int length) {}

    private final int askedFor = ThreadLocalRandom.current().nextInt(1 << 24, Integer.MAX_VALUE);

    private BpfProgram load() {
        return BpfProgram.load(SPEC,
                LoadOptions.defaults().global("asked_for", askedFor).global("with_kinds", 1).perfBuffer("events",
                        1 << 20));
    }

    private void write(int records) {
        Hits.times(records, () -> Calls.getpgid(askedFor));
    }

    @Test
    void iterator_takesOneByOne_andWaits() throws Exception {
        try (var program = load();
                var reader = program.perfBuffer("events", Event.class);
                var threads = Executors.newSingleThreadExecutor()) {
            int all = 200 * Cpus.online().size();
            Future<List<Event>> reading = threads.submit(() -> reader.stream().limit(all).toList());
            Cpus.onEach(() -> write(200));
            List<Event> events = reading.get(20, TimeUnit.SECONDS);
            for (int cpu : Cpus.online()) {
                List<Long> numbers = events.stream().filter(event -> event.cpu() == cpu).map(Event::number).toList();
                assertThat(numbers).hasSize(200).isSorted().doesNotHaveDuplicates().startsWith(0L);
            }
            write(1);
            assertThat(reader.drain(_ -> {}).records()).isEqualTo(1);
        }
    }

    @Test
    @SuppressWarnings("try") // closed early
    void group_readsSeveral_woken_orByTheClock() throws Exception {
        for (RingPolicy policy : List.of(RingPolicy.LATENCY, RingPolicy.THROUGHPUT,
                RingPolicy.every(Duration.ofMillis(5)))) {
            List<Long> events = new CopyOnWriteArrayList<>();
            List<Long> kinds = new CopyOnWriteArrayList<>();
            try (var program = load();
                    var first = program.perfBuffer("events", Event.class);
                    var second = program.perfBuffer("kinds", RecordCursor.class);
                    var threads = Executors.newSingleThreadExecutor();
                    var group = new RingGroup()) {
                LongField odd = second.longField("odd");
                group.add(first, event -> events.add(event.number())).add(second,
                        record -> kinds.add(record.get(odd)));
                List<Throwable> failures = new ArrayList<>();
                Future<?> reading = threads.submit(() -> group.run(policy, failures::add));
                for (int i = 1; i <= 5; i++) {
                    write(10);
                    int expected = 10 * i;
                    Await.until("all of both", () -> events.size() == expected && kinds.size() == expected);
                }
                group.close();
                reading.get(20, TimeUnit.SECONDS);
                assertThat(failures).isEmpty();
            }
        }
    }
}
