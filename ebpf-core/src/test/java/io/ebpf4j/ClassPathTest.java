package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.internal.json.JsonEventExporter;
import io.ebpf4j.replay.MapDump;
import io.ebpf4j.testing.Fixtures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.LoggingEventAware;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** Core with fewer libraries beside it than this test has. */
class ClassPathTest {
    private static final String DUMP = """
            ebpf4j-dump 1
            ring records
            record 07000000000000000900000061626300
            """;

    /** In the loader that lacks things: what the program logs. */
    @SuppressWarnings("unused") // by name
    private static List<String> logged() {
        System.setProperty("slf4j.provider", PlainProvider.class.getName());
        try {
            BpfProgram.replay(Fixtures.spec(Fixtures.CLANG19, "ring_records"), MapDump.parse(DUMP, "x"))
                    .export(new JsonEventExporter(() -> Instant.EPOCH)).close();
            return PlainLogger.LINES;
        } finally {
            System.clearProperty("slf4j.provider");
        }
    }

    @SuppressWarnings("unused") // by name
    private static String micrometer() {
        try {
            return Class.forName("io.micrometer.core.instrument.MeterRegistry").getName();
        } catch (ClassNotFoundException e) {
            return "none";
        }
    }

    @Test
    void loggerThatIsNotAware_getsTheLineAlone() throws Exception {
        Object lines = Isolated.call(ClassPathTest.class, "logged", "logback");
        assertThat(lines).isEqualTo(List.of("ebpf.ring_records.records INFO {\"ts\":\"1970-01-01T00:00:00Z\","
                + "\"program\":\"ring_records\",\"map\":\"records\",\"output\":\"print\","
                + "\"fields\":{\"i\":7,\"low\":9,\"text\":\"abc\"}}"));
    }

    @Test
    void core_withoutMicrometer_readsViewsAndExports() throws Exception {
        assertThat(Isolated.call(ClassPathTest.class, "micrometer", "micrometer")).isEqualTo("none");
        assertThat((List<?>) Isolated.call(ClassPathTest.class, "logged", "micrometer", "logback")).hasSize(1);
    }

    /** A backend of the old kind: lines of text. */
    public static final class PlainLogger extends AbstractLogger {
        private static final long serialVersionUID = 1;
        private static final List<String> LINES = new ArrayList<>();

        PlainLogger(String name) {
            this.name = name;
            assertThat(this).isNotInstanceOf(LoggingEventAware.class);
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return "";
        }

        @Override
        protected void handleNormalizedLoggingCall(Level level, Marker marker, String message, Object[] arguments,
                Throwable thrown) {
            LINES.add(getName() + ' ' + level + ' ' + message);
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isTraceEnabled(Marker marker) {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled(Marker marker) {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled(Marker marker) {
            return true;
        }
    }

    /** Makes {@link PlainLogger}s. */
    public static final class PlainProvider implements SLF4JServiceProvider {
        @Override
        public ILoggerFactory getLoggerFactory() {
            return PlainLogger::new;
        }

        @Override
        public IMarkerFactory getMarkerFactory() {
            return new BasicMarkerFactory();
        }

        @Override
        public MDCAdapter getMDCAdapter() {
            return new NOPMDCAdapter();
        }

        @Override
        public String getRequestedApiVersion() {
            return "2.0.99";
        }

        @Override
        public void initialize() {}
    }
}
