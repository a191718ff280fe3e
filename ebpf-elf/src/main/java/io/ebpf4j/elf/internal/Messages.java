package io.ebpf4j.elf.internal;

/** Text from a file, made fit for a one-line message. */
public final class Messages {
    private static final int MAX_LENGTH = 80;

    private Messages() {}

    /**
     * {@return the text in quotes; cut when long, with {@code ?} for what could break the line or fool a terminal}
     *
     * @param untrusted a name out of a file
     */
    public static String quote(String untrusted) {
        var text = new StringBuilder("'");
        int shown = Math.min(untrusted.length(), MAX_LENGTH);
        for (int i = 0; i < shown; i++) {
            char c = untrusted.charAt(i);
            text.append(Character.isLetterOrDigit(c) || (c >= ' ' && c <= '~') ? c : '?');
        }
        if (shown < untrusted.length()) {
            text.append("...");
        }
        return text.append('\'').toString();
    }
}
