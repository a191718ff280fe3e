package io.ebpf4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ebpf4j.BpfProgram;
import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Fixtures;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LeaksTest {
    private static final int TRIES = 200;

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.ebpf4j.leaks");
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    @BeforeEach
    void listen() {
        events.start();
        logger.setAdditive(false);
        logger.addAppender(events);
        System.setProperty(Leaks.PROPERTY, "true");
    }

    @AfterEach
    void stop() {
        System.clearProperty(Leaks.PROPERTY);
        logger.detachAppender(events);
        logger.setAdditive(true);
    }

    @Test
    void program_forgotten_isLoggedWithWhereItWasLoaded() throws InterruptedException {
        collect(forget(false));
        for (int i = 0; i < TRIES && events.list.isEmpty(); i++) {
            Thread.sleep(10);
        }
        assertThat(List.copyOf(events.list)).singleElement().satisfies(event -> {
            assertThat(event.getFormattedMessage()).startsWith("program maps_counter was forgotten and never closed");
            assertThat(event.getThrowableProxy().getStackTraceElementProxyArray())
                    .anyMatch(frame -> frame.getStackTraceElement().getMethodName().equals("forget"));
        });
    }

    @Test
    void program_closed_isNotLogged() throws InterruptedException {
        collect(forget(true));
        Thread.sleep(100);
        assertThat(List.copyOf(events.list)).isEmpty();
    }

    @Test
    void program_forgottenWithTheReportOff_isNotLogged() throws InterruptedException {
        System.clearProperty(Leaks.PROPERTY);
        collect(forget(false));
        Thread.sleep(100);
        assertThat(List.copyOf(events.list)).isEmpty();
    }

    @SuppressWarnings("MustBeClosedChecker")
    private static WeakReference<BpfProgram> forget(boolean close) {
        var program = BpfProgram.replay(Fixtures.spec(Fixtures.CLANG14, "maps_counter"), new MapDump(Map.of()));
        if (close) {
            program.close();
        }
        return new WeakReference<>(program);
    }

    private static void collect(WeakReference<?> reference) throws InterruptedException {
        for (int i = 0; i < TRIES && reference.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(reference.get()).isNull();
    }
}
