package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachException;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.internal.kernel.LoadedFunction;
import io.ebpf4j.internal.kernel.live.info.LinkInfos;
import io.ebpf4j.kernel.LinkInfo;
import io.ebpf4j.kernel.LinkType;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;

/** A {@code struct bpf_link}, which may stand for a link of the kernel, or for less. */
final class LibbpfLink implements Hook {
    /** libbpf keeps what it opens clear of the three standard streams. */
    private static final int FIRST_DESCRIPTOR = 3;
    private static final int NONE = -1;

    private final LiveObject object;
    private final String where;
    private final MemorySegment link;
    private final List<Path> pins = new CopyOnWriteArrayList<>();

    /**
     * Takes over a link.
     *
     * @param object what libbpf made it for
     * @param where how messages call it
     * @param link libbpf's own
     */
    LibbpfLink(LiveObject object, String where, MemorySegment link) {
        this.object = object;
        this.where = where;
        this.link = link;
        object.retain();
    }

    @Override
    public OptionalInt id() {
        return KernelLinks.id(descriptor());
    }

    @Override
    public Optional<LinkInfo> info() {
        return id().isPresent() ? Optional.of(LinkInfos.of(descriptor(), where)) : Optional.empty();
    }

    @Override
    public void pin(Path path) {
        Path file = path.toAbsolutePath();
        BpfFs.LINKS.pin(where, descriptor(), file);
        pins.add(file);
    }

    @Override
    public void replace(LoadedFunction function) {
        if (info().filter(info -> info.type() == LinkType.STRUCT_OPS).isPresent()) {
            throw new AttachException(
                    where + ": is a struct of operations, no function can take its place; close it and"
                            + " attach another struct",
                    0);
        }
        int result = switch (function) {
            case LiveFunction live -> Libbpf.bpf_link__update_program(link, live.handle());
            default -> -Errno.EINVAL;
        };
        if (result != 0) {
            throw new AttachException(where + ": another function cannot take its place: " + Errno.describe(-result),
                    -result);
        }
    }

    @Override
    public void close() {
        if (pins.stream().anyMatch(Files::exists)) {
            object.leave(link);
        } else {
            object.destroy(link);
        }
    }

    /** {@return the link's own; none of what libbpf puts together of several, as for USDT, where it says 0} */
    int descriptor() {
        int descriptor = Libbpf.bpf_link__fd(link);
        return descriptor < FIRST_DESCRIPTOR ? NONE : descriptor;
    }
}
