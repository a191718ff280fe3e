package io.ebpf4j;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.decode.NumberDecoder;
import io.ebpf4j.decode.Shape;
import io.ebpf4j.decode.Shape.Scalar;
import io.ebpf4j.internal.bind.Binder;
import io.ebpf4j.internal.decode.MapShapes;
import io.ebpf4j.internal.decode.ShapePath;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The forms that the records of a ring or perf buffer can be read in, and their fields. */
final class RecordForms {
    private final String owner;
    private final Btf btf;
    private final MapSpec ring;
    private final String where;
    private final Optional<Shape> declared;

    RecordForms(ProgramSpec spec, MapSpec ring) {
        this(spec.name(), spec.btf(), ring);
    }

    RecordForms(String owner, Btf btf, MapSpec ring) {
        this.owner = owner;
        this.btf = btf;
        this.ring = ring;
        this.where = MapShapes.where(owner, ring);
        this.declared = MapShapes.declaredRecord(owner, btf, ring);
    }

    /** {@return what a record must have to be handed on; nothing when the file does not tell} */
    long size() {
        return declared.map(Shape::size).orElse(0L);
    }

    @SuppressWarnings("unchecked") // U is what the class says
    <U> RecordForm<U> of(Class<U> type) {
        if (type == MemorySegment.class) {
            return (RecordForm<U>) new RecordForm.Segments();
        }
        Shape shape = shape();
        if (type == RecordCursor.class) {
            return (RecordForm<U>) new RecordForm.Cursors(new RecordCursor());
        }
        return new RecordForm.Objects<>(Binder.reader(shape, type, where));
    }

    LongField longField(String path) {
        ShapePath part = part(path);
        if (part.shape() instanceof Scalar scalar && scalar.decoder() instanceof NumberDecoder number) {
            return new LongField(path, part.offset(), number, size());
        }
        throw new BindingException(where + ": field '" + path + "' of C type " + part.shape().spelling()
                + " is no integer; use field(\"" + path + "\", type)");
    }

    <U> ValueField<U> field(String path, Class<U> type) {
        ShapePath part = part(path);
        return new ValueField<>(path, part.offset(),
                Binder.reader(part.shape(), type, where + ": field '" + path + "'"));
    }

    private ShapePath part(String path) {
        return ShapePath.follow(shape(), "." + path, 0, where);
    }

    private Shape shape() {
        return declared.orElseGet(() -> MapShapes.record(owner, btf, ring)); // which says what lacks
    }
}
