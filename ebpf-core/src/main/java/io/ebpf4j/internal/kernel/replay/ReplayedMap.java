package io.ebpf4j.internal.kernel.replay;

import io.ebpf4j.MapSpec;
import io.ebpf4j.internal.kernel.LoadedMap;
import io.ebpf4j.internal.kernel.SectionMemory;
import io.ebpf4j.internal.kernel.Table;
import java.nio.file.Path;
import java.util.Optional;

/** A map that is in no kernel. */
record ReplayedMap(String program, MapSpec spec, Table table) implements LoadedMap {
    @Override
    public boolean internal() {
        return false;
    }

    @Override
    public int fd() {
        throw unsupported("used by another program");
    }

    @Override
    public Optional<SectionMemory> memory() {
        return Optional.empty();
    }

    @Override
    public void pin(Path path) {
        throw unsupported("pinned");
    }

    @Override
    public void unpin(Path path) {
        throw unsupported("unpinned");
    }

    @Override
    public boolean isPinned(Path path) {
        return false;
    }

    @Override
    public void freeze() {
        throw unsupported("frozen");
    }

    private UnsupportedOperationException unsupported(String what) {
        return new UnsupportedOperationException(program + ": map '" + spec.name()
                + "' is a recording and in no kernel, so it cannot be " + what + "; load the program to do that");
    }
}
