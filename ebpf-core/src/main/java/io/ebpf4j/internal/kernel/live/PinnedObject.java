package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.BpfException;
import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapAccessException;
import io.ebpf4j.MapSpec;
import io.ebpf4j.PrivilegeException;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.internal.decode.MapShapes;
import io.ebpf4j.internal.diagnose.Host;
import io.ebpf4j.internal.diagnose.Refusals;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.internal.kernel.LoadedFunction;
import io.ebpf4j.internal.kernel.LoadedMap;
import io.ebpf4j.internal.kernel.LoadedObject;
import io.ebpf4j.internal.kernel.RingWaiter;
import io.ebpf4j.internal.kernel.SectionMemory;
import io.ebpf4j.internal.kernel.Table;
import io.ebpf4j.internal.kernel.live.info.MapInfos;
import io.ebpf4j.internal.kernel.live.info.RunningKernel;
import io.ebpf4j.internal.ring.PerfMemory;
import io.ebpf4j.internal.ring.RecordMemory;
import io.ebpf4j.internal.ring.RingMemory;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A map that is pinned in the BPF file system: a program with one map, no functions, and no file that declares it. */
public final class PinnedObject implements LoadedObject {
    private final String where;
    private final int fd;
    private final boolean readOnly;
    private final io.ebpf4j.kernel.MapInfo info;
    private final KeyAndValue types;
    private final MapSpec spec;

    private PinnedObject(Path path, int fd, boolean readOnly) {
        this.where = path.toString();
        this.fd = fd;
        this.readOnly = readOnly;
        this.info = MapInfos.of(fd, where);
        this.types = KeyAndValue.of(info);
        this.spec = spec(info.name().isEmpty() ? String.valueOf(path.getFileName()) : info.name(), types.key(),
                types.value());
    }

    private MapSpec spec(String name, Optional<BtfType> key, Optional<BtfType> value) {
        return new MapSpec(name, info.type(), info.typeId(), info.keySize(), info.valueSize(), info.maxEntries(),
                info.flags(), key, value, Optional.empty(), "");
    }

    /**
     * Opens what is pinned at a path.
     *
     * @param path absolute
     * @param readOnly whether nothing is to be written to it
     * @return the map; the caller closes it
     * @throws BpfException when there is no map, or this process may not open it; says which
     */
    public static PinnedObject open(Path path, boolean readOnly) {
        String what = "map at " + path;
        RunningKernel.require(what);
        int fd = readOnly ? BpfFs.openReadOnly(path) : BpfFs.open(path);
        if (fd < 0) {
            throw refused(what, path, readOnly, -fd);
        }
        boolean done = false;
        try {
            if (!MapInfo.isMap(fd)) {
                throw new MapAccessException(what + ": it is no map that is pinned there, but " + kind(fd)
                        + "; find the map's path, as with: bpftool -f map show", 0);
            }
            var opened = new PinnedObject(path, fd, readOnly);
            done = true;
            return opened;
        } finally {
            if (!done) {
                Descriptors.close(fd);
            }
        }
    }

    private static String kind(int fd) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(fd))).toString();
            return target.contains("prog") ? "a function" : target.contains("link") ? "an attachment" : target;
        } catch (IOException e) {
            return "something else";
        }
    }

    private static BpfException refused(String what, Path path, boolean readOnly, int errno) {
        if ((errno == Errno.ENOENT || errno == Errno.EPERM) && !Files.exists(path)) {
            return new MapAccessException(
                    what + ": nothing is there; BpfMap.pin and LoadOptions.pin put a map there, and"
                            + " this tells what is pinned: bpftool -f map show",
                    errno);
        }
        if (Files.isDirectory(path)) {
            return new MapAccessException(what + ": that is a folder; name a file in it, as " + path.resolve("name"),
                    errno);
        }
        Optional<String> foreign = BpfFs.foreignType(path);
        if (foreign.isPresent()) {
            return new MapAccessException(what + ": that is in a file system of type " + foreign.get()
                    + ", and only that of BPF keeps maps; name a path below /sys/fs/bpf, and if that is none either run:"
                    + " mount -t bpf bpf /sys/fs/bpf", errno);
        }
        return switch (errno) {
            case Errno.ENOENT -> kernels(what, errno);
            case Errno.EPERM, Errno.EACCES -> forbidden(what, path, readOnly, errno);
            case Errno.EINVAL -> new MapAccessException(what + ": " + Errno.describe(errno)
                    + (readOnly
                            ? "; it is no map that is pinned there, or the kernel is older than 4.15 and opens none"
                                    + " for reading alone"
                            : ""),
                    errno);
            default -> new MapAccessException(what + ": " + Errno.describe(errno), errno);
        };
    }

    private static BpfException forbidden(String what, Path path, boolean readOnly, int errno) {
        boolean reads = Files.isReadable(path);
        if (!reads || (!readOnly && !Files.isWritable(path))) {
            return new PrivilegeException(what + ": this process may not " + (reads ? "write" : "read") + " it ("
                    + Errno.describe(errno) + "), which the rights of the file and its folders decide; run it as their"
                    + " owner, change them" + (reads ? ", or use PinnedMap.openReadOnly" : ""), errno);
        }
        return errno == Errno.EACCES
                ? kernels(what, errno)
                : new PrivilegeException(what + " (" + Errno.describe(errno) + "): " + Refusals.why(Host.running()),
                        errno);
    }

    /** As {@code maps.debug}, which is there and cannot be opened this way. */
    private static MapAccessException kernels(String what, int errno) {
        return new MapAccessException(what + ": that is a file of the kernel's own, and nothing that was pinned",
                errno);
    }

    /** {@return what the kernel told of it when it was opened} */
    public io.ebpf4j.kernel.MapInfo info() {
        return info;
    }

    /** {@return the types that the spec refers to} */
    public Btf types() {
        return types.types();
    }

    /** {@return it as the kernel tells of it} */
    public MapSpec spec() {
        return spec;
    }

    /**
     * {@return it with the types that an object file declares for it}
     *
     * @param declared there
     * @param program how messages call that file
     * @throws IllegalArgumentException when it is of another kind, or has keys or values of another size
     */
    public MapSpec spec(MapSpec declared, String program) {
        if (declared.typeId() != info.typeId() || declared.keySize() != info.keySize()
                || declared.valueSize() != info.valueSize()) {
            throw new IllegalArgumentException(where + ": is a " + info.type() + " of " + info.keySize() + " + "
                    + info.valueSize() + " bytes, but map '" + declared.name() + "' of program " + program + " is a "
                    + declared.type() + " of " + declared.keySize() + " + " + declared.valueSize()
                    + "; name the map that it is, in the file that it was loaded from");
        }
        return spec(declared.name(), declared.key(), declared.value());
    }

    /** {@return it, to be used as a spec says} */
    public LoadedMap map(MapSpec as) {
        return new LiveMap(MapShapes.where(where, as), as, false, fd);
    }

    @Override
    public List<LoadedMap> maps() {
        return List.of(map(spec));
    }

    @Override
    public Table table(MapSpec as) {
        return map(as).table();
    }

    @Override
    public RingMemory ring(MapSpec as) {
        if (readOnly) {
            throw new MapAccessException(
                    MapShapes.where(where, as) + ": was opened to be read only, and who uses a ring writes his position"
                            + " there; use PinnedMap.open",
                    Errno.EACCES);
        }
        // Of its own: who reads may begin to wait, or leave a group, after this was closed from within a handler.
        int own = Descriptors.duplicate(fd);
        if (own < 0) {
            throw new MapAccessException(MapShapes.where(where, as) + ": no second descriptor can be had: "
                    + Errno.describe(-own), -own);
        }
        boolean done = false;
        try {
            RingMemory ring = LiveRing.map(as, KernelMap.of(MapShapes.where(where, as), as, own),
                    () -> Descriptors.close(own));
            done = true;
            return ring;
        } finally {
            if (!done) {
                Descriptors.close(own);
            }
        }
    }

    @Override
    public PerfMemory perfBuffer(MapSpec as) {
        throw noProgram();
    }

    @Override
    public RingWaiter waiter(List<? extends RecordMemory> rings) {
        return EpollWaiter.on(rings);
    }

    @Override
    public RingWaiter roomWaiter(RingMemory ring) {
        return EpollWaiter.forRoom(ring.handle());
    }

    @Override
    public LoadedFunction function(FunctionSpec function) {
        throw noProgram();
    }

    @Override
    public Hook attachStructOps(String map) {
        throw noProgram();
    }

    @Override
    public SectionMemory section(String name, boolean constant) {
        throw noProgram();
    }

    private UnsupportedOperationException noProgram() {
        return new UnsupportedOperationException(where + ": is a map, and no program");
    }

    @Override
    public void close() {
        Descriptors.close(fd);
    }
}
