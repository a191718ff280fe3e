package io.ebpf4j;

import io.ebpf4j.internal.bind.ValueReader;
import io.ebpf4j.internal.ring.CursorSeat;
import io.ebpf4j.internal.ring.RecordSource;
import io.ebpf4j.internal.ring.RecordTarget;
import io.ebpf4j.internal.ring.RingConsumer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** As what a reader hands records on. */
sealed interface RecordForm<T> extends RecordSource<T> {
    /** Objects. */
    record Objects<T>(ValueReader<T> values) implements RecordForm<T> {
        @Override
        @SuppressWarnings("unchecked")
        public int consume(RingConsumer ring, long end, int max, Consumer<? super T> handler) {
            return ring.consume(end, max, new RecordTarget.Values((Consumer<Object>) handler, values));
        }
    }

    /** The memory itself, which nobody can read any more when the kernel may write to it again. */
    record Segments() implements RecordForm<MemorySegment> {
        @Override
        public int consume(RingConsumer ring, long end, int max, Consumer<? super MemorySegment> handler) {
            try (Arena arena = Arena.ofConfined()) {
                return ring.consume(end, max, new RecordTarget.Segments(handler, ring.data(arena)));
            }
        }
    }

    /** What only the loop may do with a cursor. */
    record Seat(RecordCursor cursor) implements CursorSeat {
        @Override
        public RecordCursor on(MemorySegment data, long offset, int length) {
            return cursor.on(data, offset, length);
        }

        @Override
        public void from(int cpu) {
            cursor.from(cpu);
        }
    }

    /** One cursor. */
    record Cursors(RecordCursor cursor) implements RecordForm<RecordCursor> {
        @Override
        public int consume(RingConsumer ring, long end, int max, Consumer<? super RecordCursor> handler) {
            try {
                return ring.consume(end, max, new RecordTarget.Cursors(handler, new Seat(cursor)));
            } finally {
                cursor.off();
            }
        }
    }
}
