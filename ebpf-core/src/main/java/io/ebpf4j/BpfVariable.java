package io.ebpf4j;

import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.decode.Shape.Sequence;
import io.ebpf4j.decode.Shape.Struct;
import io.ebpf4j.internal.bind.Binder;
import io.ebpf4j.internal.bind.KeyWriter;
import io.ebpf4j.internal.bind.ValueReader;
import io.ebpf4j.internal.bind.ValueWriter;
import io.ebpf4j.internal.decode.EnumDecoder;
import io.ebpf4j.internal.global.Place;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Optional;

/**
 * A global variable of a loaded program, or a part of one, in memory that is shared with the kernel: no system call reads
 * or writes it, and writing it writes nothing else. Thread-safe; valid until its program closes. Linux 5.5.
 *
 * {@snippet :
 * BpfVariable<Long> dropped = program.variable("dropped", long.class);
 * dropped.getAndAdd(1);
 * }
 *
 * <p>{@link #get} and {@link #set} read and write numbers of up to 8 bytes in one go, and all else piece by piece, while
 * functions in the kernel may write it too. The methods with {@code long}s are for integers of 32 and 64 bits, allocate
 * nothing, and are atomic with what the kernel's own atomic instructions do. They take and yield the value as C has it: of
 * a {@code u32} never a negative one; of a {@code u64} its bits.
 *
 * @param <T> what its value becomes
 */
public final class BpfVariable<T> {
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final Place place;
    private final MemorySegment memory;
    private final long offset;
    private final ValueReader<T> reader;
    private final Optional<ValueWriter<T>> writer;
    private final String notWritable;
    private final boolean unsigned;
    /** 32 or 64 where the methods with longs work; else 0, and why not. */
    private final int atomicBits;
    private final String notAtomic;

    BpfVariable(Place place, Class<T> type, MemorySegment section, ByteOrder order) {
        this.place = place;
        this.memory = section;
        this.offset = place.offset();
        this.reader = Binder.reader(place.shape(), type, place.where());
        this.notWritable = notWritable(place, type);
        this.writer = notWritable.isEmpty()
                ? Optional.of(KeyWriter.of(place.shape(), type, place.where()))
                : Optional.empty();
        this.notAtomic = notAtomic(place, order);
        this.atomicBits = notAtomic.isEmpty() ? Math.toIntExact(place.shape().size() * Byte.SIZE) : 0;
        this.unsigned = place.shape() instanceof Scalar(_, _, NumberDecoder number) && !number.signed();
    }

    /** {@return the variable, also where this is a part of it} */
    public VariableSpec spec() {
        return place.variable();
    }

    /**
     * {@return its value now}
     *
     * @throws BindingException when it is a number that the Java enum has no constant for
     * @throws IllegalStateException when the program is closed
     */
    public T get() {
        T value;
        try {
            value = reader.read(memory, offset);
        } catch (IllegalStateException e) {
            throw memory.scope().isAlive() ? e : closed(e);
        }
        if (value == null) {
            throw new BindingException(place.where() + ": has a value of " + place.shape().spelling()
                    + " that is no constant of the Java enum; EnumValue.class takes any");
        }
        return value;
    }

    /**
     * Writes its value; nothing beside it, and no padding within it.
     *
     * @param value the new value
     * @throws IllegalArgumentException when it does not fit the C type
     * @throws UnsupportedOperationException when the variable cannot be written: it is {@code const}, a bitfield, or a
     * type of which some struct has a field that its record has no component for, and which would be lost; says what to do
     * @throws IllegalStateException when the program is closed
     */
    public void set(T value) {
        Objects.requireNonNull(value);
        ValueWriter<T> write = writer.orElseThrow(() -> new UnsupportedOperationException(place.where() + notWritable));
        try {
            // First beside it: a value that does not fit must leave no half of itself behind.
            write.write(value,
                    MemorySegment.ofArray(new long[Math.toIntExact(Math.ceilDiv(place.shape().size(), Long.BYTES))]),
                    0);
            write.write(value, memory, offset);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    place.where() + " of C type " + place.shape().spelling() + " cannot be " + value + ": "
                            + e.getMessage(),
                    e);
        } catch (IllegalStateException e) {
            throw memory.scope().isAlive() ? e : closed(e);
        }
    }

    /**
     * {@return its value; what the kernel wrote before it stored that, with release or full order, is seen from then on}
     *
     * @throws UnsupportedOperationException when it is no aligned integer of 32 or 64 bits
     * @throws IllegalStateException when the program is closed
     */
    public long getAcquire() {
        try {
            return atomicBits() == Integer.SIZE
                    ? widened((int) INT.getAcquire(memory, offset))
                    : (long) LONG.getAcquire(memory, offset);
        } catch (IllegalStateException e) {
            throw memory.scope().isAlive() ? e : closed(e);
        }
    }

    /**
     * Writes its value, so that the kernel sees before it what this thread has written before.
     *
     * @param value the new value
     * @throws IllegalArgumentException when it does not fit the C type
     * @throws UnsupportedOperationException when it is no aligned integer of 32 or 64 bits, or {@code const}
     * @throws IllegalStateException when the program is closed
     */
    public void setRelease(long value) {
        try {
            if (writableBits() == Integer.SIZE) {
                INT.setRelease(memory, offset, narrowed(value));
            } else {
                LONG.setRelease(memory, offset, value);
            }
        } catch (IllegalStateException e) {
            throw memory.scope().isAlive() ? e : closed(e);
        }
    }

    /**
     * Adds to it, as {@code __sync_fetch_and_add} does; it wraps around.
     *
     * @param delta what to add
     * @return its value before
     * @throws UnsupportedOperationException when it is no aligned integer of 32 or 64 bits, or {@code const}
     * @throws IllegalStateException when the program is closed
     */
    public long getAndAdd(long delta) {
        try {
            return writableBits() == Integer.SIZE
                    ? widened((int) INT.getAndAdd(memory, offset, (int) delta))
                    : (long) LONG.getAndAdd(memory, offset, delta);
        } catch (IllegalStateException e) {
            throw memory.scope().isAlive() ? e : closed(e);
        }
    }

    /**
     * Writes its value if it still has the one that is expected, as {@code __sync_bool_compare_and_swap} does.
     *
     * @param expected the old value
     * @param value the new value
     * @return whether it had the old value
     * @throws IllegalArgumentException when one of the two does not fit the C type
     * @throws UnsupportedOperationException when it is no aligned integer of 32 or 64 bits, or {@code const}
     * @throws IllegalStateException when the program is closed
     */
    public boolean compareAndSet(long expected, long value) {
        try {
            return writableBits() == Integer.SIZE
                    ? INT.compareAndSet(memory, offset, narrowed(expected), narrowed(value))
                    : LONG.compareAndSet(memory, offset, expected, value);
        } catch (IllegalStateException e) {
            throw memory.scope().isAlive() ? e : closed(e);
        }
    }

    /** {@return program, name and type, for logs} */
    @Override
    public String toString() {
        return place.where() + " (" + place.shape().spelling() + ")";
    }

    private long widened(int bits) {
        return unsigned ? Integer.toUnsignedLong(bits) : bits;
    }

    private int narrowed(long value) {
        int bits = (int) value;
        if (widened(bits) != value) {
            throw new IllegalArgumentException(
                    place.where() + " of C type " + place.shape().spelling() + " cannot be " + value
                            + ", which does not fit 32 bits" + (unsigned ? " without a sign" : ""));
        }
        return bits;
    }

    private int atomicBits() {
        if (atomicBits == 0) {
            throw new UnsupportedOperationException(place.where() + notAtomic);
        }
        return atomicBits;
    }

    private int writableBits() {
        if (place.variable().constant()) {
            throw new UnsupportedOperationException(place.where() + notWritable);
        }
        return atomicBits();
    }

    private IllegalStateException closed(IllegalStateException cause) {
        return new IllegalStateException(place.where() + ": the program is closed", cause);
    }

    private static String notWritable(Place place, Class<?> type) {
        if (place.variable().section().equals(".kconfig")) {
            return ": is a value of the kernel's configuration, which nobody can write; LoadOptions.kconfig(\""
                    + place.variable().name() + "=..\") overrides it on loading";
        }
        if (place.variable().constant()) {
            return ": is const, in section " + place.variable().section()
                    + ", which is frozen once the program is loaded;"
                    + " give it its value before, by LoadOptions.global(\"" + place.variable().name() + "\", ..)";
        }
        return switch (place.shape()) {
            case Scalar scalar when isBitfield(scalar) ->
                ": is a bitfield, which cannot be written without its neighbours;"
                        + " ask for the whole struct";
            case Scalar _ -> "";
            case Struct _,Sequence _ -> KeyWriter.unwritten(place.shape(), type)
                    .map(field -> ": cannot be set whole, for " + place.shape().spelling() + " has a field '" + field
                            + "' that " + type.getTypeName() + " has no component for, so that its value would be lost;"
                            + " add that, or ask for a single part, with \"" + part(place.shape())
                            + "\" behind the variable's name")
                    .orElse("");
        };
    }

    private static String part(Shape shape) {
        return switch (shape) {
            case Scalar _ -> "";
            case Sequence sequence -> "[0]" + part(sequence.element());
            case Struct struct -> '.' + struct.fields().getFirst().name();
        };
    }

    private static boolean isBitfield(Scalar scalar) {
        return switch (scalar.decoder()) {
            case NumberDecoder number -> number.bits() != scalar.size() * Byte.SIZE;
            case EnumDecoder constants -> constants.bits() != scalar.size() * Byte.SIZE;
            default -> false;
        };
    }

    private static String notAtomic(Place place, ByteOrder order) {
        Shape shape = place.shape();
        boolean fits = shape instanceof Scalar(_, long size, NumberDecoder number)
                && number.bits() == size * Byte.SIZE && (size == Integer.BYTES || size == Long.BYTES);
        if (!fits) {
            return ": is of C type " + shape.spelling() + "; only integers of 32 and 64 bits are atomic";
        }
        if (place.offset() % shape.size() != 0) {
            return ": is at offset " + place.offset() + " of its section, no multiple of its size, so that it cannot be"
                    + " atomic; do not pack the struct that it is in";
        }
        return order == ByteOrder.nativeOrder()
                ? ""
                : ": is of a program for " + order + " machines, and this one is not; use get and set";
    }
}
