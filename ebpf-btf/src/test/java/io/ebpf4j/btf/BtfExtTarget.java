package io.ebpf4j.btf;

import io.ebpf4j.btf.internal.ExtReader;
import io.ebpf4j.fuzz.FuzzTarget;
import io.ebpf4j.fuzz.ObjectFiles;
import io.ebpf4j.fuzz.Questions;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** All that can be asked of a section {@code .BTF.ext}, in an object whose other sections are as they were compiled. */
public final class BtfExtTarget extends FuzzTarget {
    private final byte[] object;
    private final Btf types;

    /** Attacks a section beside the others of a fixture that has records of all kinds. */
    public BtfExtTarget() {
        this(ObjectFiles.of("clang14-el/core_relocations").getFirst());
    }

    BtfExtTarget(byte[] object) {
        this.object = object;
        this.types = Btf.parse(MemorySegment.ofArray(BtfTarget.section(object, ".BTF")), "x.o");
    }

    @Override
    public String name() {
        return "ext";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(BtfTarget.section(object, ".BTF.ext"));
    }

    @Override
    public int longest() {
        return 2048;
    }

    @Override
    protected List<Class<? extends RuntimeException>> refusals() {
        return List.of(MalformedBtfException.class);
    }

    @Override
    protected boolean walk(byte[] input, Questions questions) {
        var read = questions.ask(() -> ExtReader.read(MemorySegment.ofArray(input), "x.o: .BTF.ext", types.table()));
        read.ifPresent(ext -> {
            ext.functions().forEach(function -> types.type(function.type()));
            ext.relocations().forEach(relocation -> types.type(relocation.type()));
            if (ext.needsKernelBtf() == ext.relocations().isEmpty()) {
                throw new AssertionError("relocations need the kernel's BTF, nothing else does");
            }
            if (!ext.lines().isEmpty()) {
                var last = ext.lines().getLast();
                var found = ext.line(last.section(), last.offset()).orElseThrow();
                if (found.offset() != last.offset()) {
                    throw new AssertionError("the line at " + last.offset() + " is that of " + found.offset());
                }
            }
        });
        return read.isPresent();
    }
}
