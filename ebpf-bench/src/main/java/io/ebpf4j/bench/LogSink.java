package io.ebpf4j.bench;

import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logging that is on, and keeps of each line its length. For benchmarks of what is logged: the one at run time is off,
 * so that nothing would be made to be logged. Chosen with {@code -Dslf4j.provider=io.ebpf4j.bench.LogSink}.
 */
public final class LogSink implements SLF4JServiceProvider {
    private final Line line = new Line();

    /** Made by slf4j. */
    public LogSink() {}

    @Override
    public ILoggerFactory getLoggerFactory() {
        return _ -> line;
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

    /** What all loggers are. */
    static final class Line extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1;
        private static volatile int length;

        /** {@return the characters of the last line} */
        static int length() {
            return length;
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(Level level, @Nullable Marker marker, String message,
                Object @Nullable [] arguments, @Nullable Throwable throwable) {
            length = message.length();
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
