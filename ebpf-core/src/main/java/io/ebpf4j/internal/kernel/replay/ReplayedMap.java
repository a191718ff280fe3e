package io.ebpf4j.internal.kernel.replay;

import io.ebpf4j.MapSpec;
import io.ebpf4j.internal.kernel.LoadedMap;
import java.nio.file.Path;

/** A map that is in no kernel. */
record ReplayedMap(String program, MapSpec spec) implements LoadedMap {
    @Override
    public boolean internal() {
        return false;
    }

    @Override
    public int fd() {
        throw unsupported("used by another program");
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
