package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachException;
import io.ebpf4j.BpfException;
import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapSpec;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * One attempt to hook a function to something.
 *
 * @param object what the function belongs to
 * @param function what the file says of it
 * @param program libbpf's handle of it
 * @param target to what, for messages
 * @param messages what libbpf says meanwhile
 * @param arena of what is handed over
 */
record AttachCall(LiveObject object, FunctionSpec function, MemorySegment program, String target,
        LibbpfMessages messages, Arena arena) {
    /** {@return the function at its place, from what libbpf returned} */
    LibbpfLink link(MemorySegment link) {
        if (link.address() == 0) {
            throw failure(NativeLibrary.errno());
        }
        return new LibbpfLink(object, where(), link);
    }

    /** {@return the function at its place, from what a system call returned} */
    Hook link(int descriptor) {
        if (descriptor < 0) {
            throw failure(-descriptor);
        }
        return new DescriptorLink(where(), descriptor);
    }

    /** {@return why it cannot be} */
    BpfException failure(int errno) {
        return AttachFailure.explain(object.spec(), function, target, errno, messages);
    }

    /** {@return why it cannot be, where we know better than the kernel} */
    BpfException failure(int errno, String why) {
        return new AttachException(object.spec().name() + ": function '" + function.name() + "' cannot be attached to "
                + target + ": " + why, errno);
    }

    /** {@return the same of a function of another section, for messages: a mere {@code tc} is asked for a place that it does not name} */
    AttachCall in(String section) {
        return new AttachCall(object,
                new FunctionSpec(function.name(), section, function.optional(), function.instructions()), program,
                target, messages, arena);
    }

    /** {@return the function's descriptor, which stays the object's} */
    int descriptor() {
        return Libbpf.bpf_program__fd(program);
    }

    /** {@return a text of C} */
    MemorySegment text(String text) {
        return arena.allocateFrom(text);
    }

    /** {@return an array of texts of C} */
    MemorySegment texts(List<String> texts) {
        MemorySegment array = arena.allocate(ValueLayout.ADDRESS, texts.size());
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, text(texts.get(i)));
        }
        return array;
    }

    /** {@return an array of numbers, or no pointer for none} */
    MemorySegment numbers(List<Long> numbers) {
        return numbers.isEmpty()
                ? MemorySegment.NULL
                : arena.allocateFrom(ValueLayout.JAVA_LONG, numbers.stream().mapToLong(Long::longValue).toArray());
    }

    /** {@return a map of the same program} */
    MapSpec map(String name) {
        return object.spec().map(name)
                .orElseThrow(() -> new IllegalArgumentException(object.spec().name() + ": has no map '" + name
                        + "'; its maps are " + object.spec().maps().stream().map(MapSpec::name).toList()));
    }

    /** {@return how messages call the function at its place} */
    String where() {
        return object.spec().name() + ": function '" + function.name() + "' at " + target;
    }
}
