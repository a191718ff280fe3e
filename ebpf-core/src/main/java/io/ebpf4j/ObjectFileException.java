package io.ebpf4j;

import org.jspecify.annotations.Nullable;

/** The object file cannot be used: it is no BPF object, is damaged, or declares something that cannot work. No kernel was asked. */
public final class ObjectFileException extends BpfException {
    private static final long serialVersionUID = 1;
    private static final int LONGEST = 500;

    /**
     * Tells what is wrong.
     *
     * @param message one line: what, where, how much, what to do
     * @param cause what a lower layer said, if it did
     */
    public ObjectFileException(String message, @Nullable Throwable cause) {
        super(oneLine(message), 0, cause);
    }

    /**
     * Tells what is wrong.
     *
     * @param message one line: what, where, how much, what to do
     */
    public ObjectFileException(String message) {
        this(message, null);
    }

    /** The names in it are those of the file, which may mean to break the line, fool a terminal or fill a log. */
    private static String oneLine(String message) {
        var text = new StringBuilder(message.length() > LONGEST ? message.substring(0, LONGEST - 3) + "..." : message);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                text.setCharAt(i, '?');
            }
        }
        return text.toString();
    }
}
