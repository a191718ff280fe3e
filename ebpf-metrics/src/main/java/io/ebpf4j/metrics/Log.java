package io.ebpf4j.metrics;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is said besides being counted. A broken appender of the host stops nothing: its errors end here. */
final class Log {
    private static final Logger LOG = LoggerFactory.getLogger(MicrometerExporter.class);

    private Log() {}

    static void warn(String format, Object... arguments) {
        try {
            LOG.warn(format, arguments);
        } catch (Throwable t) {
            // There is nobody left to tell.
        }
    }

    static void debug(String format, Object... arguments) {
        try {
            LOG.debug(format, arguments);
        } catch (Throwable t) {
            // There is nobody left to tell.
        }
    }
}
