package io.ebpf4j.internal.json;

import java.io.StringWriter;
import java.time.Instant;

/** Writes instants as {@link Instant#toString} does, and keeps the text of the second: most events come within the last one. */
final class Stamp {
    private static final int MILLION = 1_000_000;
    private static final int THOUSAND = 1_000;

    private long second = Long.MIN_VALUE;
    private String text = "";

    void append(Instant time, StringWriter to) {
        if (time.getEpochSecond() != second) {
            String whole = Instant.ofEpochSecond(time.getEpochSecond()).toString();
            text = whole.substring(0, whole.length() - 1); // the Z comes behind the fraction
            second = time.getEpochSecond();
        }
        to.append(text);
        int nanos = time.getNano();
        if (nanos != 0) {
            to.append('.');
            if (nanos % MILLION == 0) {
                digits(nanos / MILLION, 100, to);
            } else if (nanos % THOUSAND == 0) {
                digits(nanos / THOUSAND, 100_000, to);
            } else {
                digits(nanos, 100_000_000, to);
            }
        }
        to.append('Z');
    }

    private static void digits(int number, int highest, StringWriter to) {
        for (int unit = highest; unit > 0; unit /= 10) {
            to.append((char) ('0' + number / unit % 10));
        }
    }
}
