package io.ebpf4j.internal.ring;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** Where things are in a ring; the numbers of {@code linux/bpf.h}. The kernel writes them in its own byte order. */
public final class RingLayout {
    /** Bytes before each record: length and flags, then an offset for the kernel's own use. */
    public static final int HEADER_SIZE = 8;
    /** {@code BPF_RINGBUF_BUSY_BIT}: reserved, not yet submitted. */
    public static final int BUSY = 1 << 31;
    /** {@code BPF_RINGBUF_DISCARD_BIT}: given up by the program. */
    public static final int DISCARD = 1 << 30;

    static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
    static final VarHandle LENGTH = ValueLayout.JAVA_INT.varHandle();

    private RingLayout() {}

    /** {@return the bytes a record of this length takes, with its header} */
    public static long step(int length) {
        return HEADER_SIZE + ((long) length + 7 & ~7L);
    }
}
