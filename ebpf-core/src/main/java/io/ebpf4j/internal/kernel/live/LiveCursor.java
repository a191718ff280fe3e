package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.MapAccessException;
import io.ebpf4j.internal.kernel.Cursor;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * An iterator's link; each reading of it is a file of its own.
 *
 * @param where how messages call it
 * @param link the link
 */
record LiveCursor(String where, LibbpfLink link) implements Cursor {
    @Override
    public InputStream open() {
        int descriptor = Libbpf.bpf_iter_create(link.descriptor());
        if (descriptor < 0) {
            throw new MapAccessException(where + ": cannot be read: " + Errno.describe(-descriptor), -descriptor);
        }
        return new Output(where, descriptor);
    }

    @Override
    public void close() {
        link.close();
    }

    /** What the function writes. Used by one thread at a time. */
    private static final class Output extends InputStream {
        private static final int CHUNK = 1 << 16;
        /**
         * How often in a row the kernel may say "once more" with nothing to read: after each million of objects of which the
         * function writes nothing, and each time that it returns 1. One that always does would be asked for ever.
         */
        private static final int MOST_RETRIES = 10_000;

        private final String where;
        private final int descriptor;
        private final Arena arena = Arena.ofShared();
        private final MemorySegment buffer = arena.allocate(CHUNK);
        private int from;
        private int to;

        private Output(String where, int descriptor) {
            this.where = where;
            this.descriptor = descriptor;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) {
                return 0;
            }
            if (from == to && !fill()) {
                return -1;
            }
            int count = Math.min(length, to - from);
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, from, into, offset, count);
            from += count;
            return count;
        }

        private boolean fill() throws IOException {
            int retries = 0;
            while (true) {
                long count = Libc.read(descriptor, buffer, CHUNK);
                if (count >= 0) {
                    from = 0;
                    to = (int) count;
                    return count > 0;
                }
                int errno = NativeLibrary.errno();
                boolean again = errno == Errno.EINTR || (errno == Errno.EAGAIN && retries++ < MOST_RETRIES);
                if (!again) {
                    var refused = new MapAccessException(
                            where + ": cannot be read: " + Errno.describe(errno) + why(errno), errno);
                    throw new IOException(refused.getMessage(), refused);
                }
            }
        }

        /** What {@code bpf_seq_read} of {@code kernel/bpf/bpf_iter.c} means by it. */
        private static String why(int errno) {
            return switch (errno) {
                case Errno.E2BIG -> "; of one object the function writes more than the kernel's buffer takes, 8 pages"
                        + " (32 KiB where those have 4096 bytes); let it write less of each";
                case Errno.EAGAIN ->
                    "; the function returned 1, to be called once more with the same object, " + MOST_RETRIES
                            + " times in a row; let it return 0 in the end";
                case Errno.ENOMEM -> "; the kernel has no memory for its buffer; close other iterators, or raise the"
                        + " limit of the control group's memory";
                case Errno.EPERM, Errno.EACCES -> "; a security module of the host may forbid it; its log, as in"
                        + " dmesg or journalctl, says which";
                default -> "; dmesg may say more";
            };
        }

        @Override
        public void close() {
            Libc.close(descriptor);
            arena.close();
        }
    }
}
