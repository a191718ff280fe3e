package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;

/** The rules of Reactive Streams for publishers, as their own tests say them, over a ring that is written as it is read. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RingPublisherTckTest {
    private static final long SIGNAL_MILLIS = 1000;
    private static final long NO_SIGNAL_MILLIS = 100;
    /**
     * Of those that are optional these do not apply: several subscribers at once, and a publisher that keeps no state and so
     * may be handed the same subscriber again.
     */
    private static final Set<String> NOT_FOR_US = Set.of(
            "optional_spec111_maySupportMultiSubscribe",
            "optional_spec111_registeredSubscribersMustReceiveOnNextOrOnCompleteSignals",
            "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingManyUpfront",
            "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingManyUpfrontAndCompleteAsExpected",
            "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingOneByOne");

    private final ExecutorService pool = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().factory());
    private final Set<String> skipped = new TreeSet<>();

    /** A ring that is closed when so many records have been read; each that is read brings the next. */
    private static Flow.Publisher<Long> publisher(long records, Executor executor) {
        var ring = new PlainRing("endless", 4096);
        var written = new long[]{1};
        var self = new RingBufferReader<?>[1];
        ring.push(1);
        RingBufferReader<Long> reader = ring.reader(n -> {
            if (n == records) {
                self[0].close();
            } else {
                ring.push(++written[0]);
            }
        });
        self[0] = reader;
        Flow.Publisher<Long> publisher = executor == null
                ? reader.publisher()
                : reader.publisher(RingPolicy.LATENCY, executor);
        return records > 0 ? publisher : subscriber -> {
            publisher.subscribe(subscriber);
            reader.close();
        };
    }

    private static final class Verification extends FlowPublisherVerification<Long> {
        private final Executor executor;

        Verification(Executor executor) {
            super(new TestEnvironment(SIGNAL_MILLIS, NO_SIGNAL_MILLIS));
            this.executor = executor;
        }

        @Override
        public Flow.Publisher<Long> createFlowPublisher(long elements) {
            return publisher(elements, executor);
        }

        @Override
        public Flow.Publisher<Long> createFailedFlowPublisher() {
            RingBufferReader<Long> reader = new PlainRing("closed", 4096).reader();
            Flow.Publisher<Long> publisher = executor == null
                    ? reader.publisher()
                    : reader.publisher(RingPolicy.LATENCY, executor);
            reader.close();
            return publisher;
        }
    }

    @TestFactory
    Stream<DynamicTest> rules() {
        return Stream.of("own thread", "executor").flatMap(threads -> methods().stream()
                .map(rule -> DynamicTest.dynamicTest(threads + ": " + rule.getName(),
                        () -> verify(rule, threads.equals("executor") ? pool : null))));
    }

    /** But for those that only say that a rule cannot be tested. */
    private static List<Method> methods() {
        return Arrays.stream(Verification.class.getMethods())
                .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
                .filter(method -> !method.getName().startsWith("untested_"))
                .sorted(Comparator.comparing(Method::getName)).toList();
    }

    private void verify(Method rule, Executor executor) throws Throwable {
        var verification = new Verification(executor);
        verification.setUp();
        try {
            rule.invoke(verification);
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof SkipException)) {
                throw e.getCause();
            }
            skipped.add(rule.getName());
        }
    }

    @AfterAll
    void onlyWhatDoesNotApplyWasLeftOut() {
        pool.close();
        assertThat(methods()).hasSizeGreaterThan(30);
        assertThat(skipped).isEqualTo(NOT_FOR_US);
    }
}
