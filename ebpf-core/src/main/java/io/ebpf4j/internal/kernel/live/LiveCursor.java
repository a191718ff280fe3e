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
            while (true) {
                long count = Libc.read(descriptor, buffer, CHUNK);
                if (count >= 0) {
                    from = 0;
                    to = (int) count;
                    return count > 0;
                }
                int errno = NativeLibrary.errno();
                if (errno != Errno.EINTR && errno != Errno.EAGAIN) {
                    throw new IOException(where + ": cannot be read: " + Errno.describe(errno));
                }
            }
        }

        @Override
        public void close() {
            Libc.close(descriptor);
            arena.close();
        }
    }
}
