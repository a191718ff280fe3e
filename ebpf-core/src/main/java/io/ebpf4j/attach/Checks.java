package io.ebpf4j.attach;

import java.util.Objects;

/** What the records have in common. */
final class Checks {
    private Checks() {}

    /** {@return a name, which C will take up to the first NUL} */
    static String name(String name, String what) {
        Objects.requireNonNull(name, what);
        if (name.isBlank() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " '" + name + "' is blank or has a NUL");
        }
        return name;
    }

    static long offset(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("offset " + offset + " is negative");
        }
        return offset;
    }

    static int process(int pid) {
        if (pid <= 0) {
            throw new IllegalArgumentException("process id " + pid + " is not positive");
        }
        return pid;
    }

    static String place(String function, long offset) {
        return offset == 0 ? function : function + "+0x" + Long.toHexString(offset);
    }
}
