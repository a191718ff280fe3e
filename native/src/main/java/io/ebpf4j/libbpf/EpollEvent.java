package io.ebpf4j.libbpf;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * An element of an array of {@code struct epoll_event}:
 *
 * {@snippet lang = c :
 * struct epoll_event {
 *     uint32_t events;
 *     epoll_data_t data; // a union of 8 bytes
 * } __EPOLL_PACKED;
 * }
 *
 * Written by hand, since jextract writes the layout of the machine it runs on: x86-64 packs the struct (12 bytes), so
 * that it is the one of its 32-bit processes; all others align it (16 bytes).
 */
public final class EpollEvent {

    /** The struct on this machine. */
    public static final StructLayout LAYOUT = layout(System.getProperty("os.arch", ""));

    /** {@code EPOLLOUT}: there is room to write. */
    public static final int OUT = 1 << 2;

    private static final long DATA = LAYOUT.byteOffset(MemoryLayout.PathElement.groupElement("data"));

    private EpollEvent() {}

    static StructLayout layout(String arch) {
        return switch (arch) {
            case "amd64", "x86_64" -> MemoryLayout.structLayout(ValueLayout.JAVA_INT.withName("events"),
                    ValueLayout.JAVA_LONG_UNALIGNED.withName("data"));
            default -> MemoryLayout.structLayout(ValueLayout.JAVA_INT.withName("events"), MemoryLayout.paddingLayout(4),
                    ValueLayout.JAVA_LONG.withName("data"));
        };
    }

    /**
     * {@return the events that are ready, such as {@code EPOLLIN}}
     *
     * @param array
     *            of {@link #LAYOUT}
     * @param index
     *            of the element
     */
    public static int events(MemorySegment array, int index) {
        return array.get(ValueLayout.JAVA_INT, offset(index));
    }

    /**
     * {@return the user data of the file descriptor that is ready}
     *
     * @param array
     *            of {@link #LAYOUT}
     * @param index
     *            of the element
     */
    public static long data(MemorySegment array, int index) {
        return array.get(ValueLayout.JAVA_LONG_UNALIGNED, offset(index) + DATA);
    }

    /**
     * Fills an element.
     *
     * @param array
     *            of {@link #LAYOUT}
     * @param index
     *            of the element
     * @param events
     *            to wait for
     * @param data
     *            that {@code epoll_wait} will hand back
     */
    public static void set(MemorySegment array, int index, int events, long data) {
        array.set(ValueLayout.JAVA_INT, offset(index), events);
        array.set(ValueLayout.JAVA_LONG_UNALIGNED, offset(index) + DATA, data);
    }

    private static long offset(int index) {
        return LAYOUT.byteSize() * index;
    }
}
