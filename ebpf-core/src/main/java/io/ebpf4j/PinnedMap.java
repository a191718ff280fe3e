package io.ebpf4j;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.Gate;
import io.ebpf4j.internal.Leaks;
import io.ebpf4j.internal.decode.MapShapes;
import io.ebpf4j.internal.global.MappedSections;
import io.ebpf4j.internal.kernel.live.PinnedObject;
import io.ebpf4j.internal.map.MapUse;
import io.ebpf4j.internal.map.Walkers;
import io.ebpf4j.internal.ring.LostSamples;
import io.ebpf4j.internal.ring.RingMemory;
import io.ebpf4j.internal.ring.RingOwners;
import io.ebpf4j.internal.ring.RingSession;
import io.ebpf4j.internal.spec.Suggestion;
import io.ebpf4j.kernel.MapInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A map out of the BPF file system, whoever pinned it, without the object file that declares it.
 *
 * {@snippet :
 * try (var pinned = PinnedMap.openReadOnly(Path.of("/sys/fs/bpf/probe/counts"))) {
 *     pinned.map().asHash(Peer.class, Long.class).forEach((peer, count) -> System.out.println(peer + " " + count));
 * }
 * }
 *
 * <p>What its keys and values are, the kernel tells (to whom has CAP_SYS_ADMIN) of a map that was loaded with types, as libbpf does: a
 * record takes fields by name, as ever. Where it does not, 1, 2, 4 and 8 bytes are an integer, the first 4 bytes of an
 * LPM_TRIE's key are its length, and anything else is a {@code byte[]}. Of the records of a ring it never tells:
 * {@link #withTypes} takes all that from an object file.
 *
 * <p>Thread-safe. {@link #close} ends readers, writers and views, and the map stays where it is. Linux 4.15; a ring has one reader or
 * writer in the whole system. That is enforced for what is opened once, by this, and not between two who open it.
 */
public final class PinnedMap implements AutoCloseable {
    private final Opened opened;
    private final String owner;
    private final Btf types;
    private final MapSpec spec;

    private PinnedMap(Opened opened, String owner, Btf types, MapSpec spec) {
        this.opened = opened;
        this.owner = owner;
        this.types = types;
        this.spec = spec;
    }

    /** What all that show one map in their own way have in common. */
    private static final class Opened {
        private final Path path;
        private final PinnedObject object;
        private final Gate gate;
        private final RingOwners rings;
        private final MappedSections memory;
        private final Walkers walkers;
        private final Leaks.Watch watch;

        private Opened(Path path, PinnedObject object) {
            this.path = path;
            this.object = object;
            this.gate = new Gate("the map at " + path + " is closed");
            this.rings = new RingOwners(path.toString(), object);
            this.memory = new MappedSections(object);
            this.walkers = new Walkers();
            this.watch = Leaks.watch(this, "the map at " + path);
        }
    }

    /**
     * {@return what is pinned at a path, to be read and written}
     *
     * @param path in a BPF file system
     * @throws MapAccessException when there is nothing, or no map, or it is no BPF file system; says which, and what to do
     * @throws PrivilegeException when this process may not read and write it
     * @throws LibbpfException without libbpf or Linux
     */
    public static PinnedMap open(Path path) {
        return open(path, false);
    }

    /**
     * {@return what is pinned at a path, to be read only} The kernel then lets nothing be written, whatever the process may
     * do otherwise. Rings cannot be used that way.
     *
     * @param path in a BPF file system
     * @throws MapAccessException when there is nothing, or no map, or it is no BPF file system; says which, and what to do
     * @throws PrivilegeException when this process may not read it
     * @throws LibbpfException without libbpf or Linux
     */
    public static PinnedMap openReadOnly(Path path) {
        return open(path, true);
    }

    private static PinnedMap open(Path path, boolean readOnly) {
        Path absolute = path.toAbsolutePath().normalize();
        PinnedObject object = PinnedObject.open(absolute, readOnly);
        return new PinnedMap(new Opened(absolute, object), absolute.toString(), object.types(), object.spec());
    }

    /**
     * {@return the same map with the types that an object file declares for it} Closing one closes both.
     *
     * @param program the object file that it was loaded from, or one that declares it alike
     * @param map its name there
     * @throws IllegalArgumentException when there is no such map there, naming those there are, or it is another one
     */
    public PinnedMap withTypes(ProgramSpec program, String map) {
        MapSpec declared = program.map(map).orElseThrow(() -> Suggestion.unknown(program.name(), "map", map, "maps",
                program.maps().stream().map(MapSpec::name).toList()));
        return new PinnedMap(opened, owner, program.btf(), opened.object.spec(declared, program.name()));
    }

    /** {@return where it is pinned} */
    public Path path() {
        return opened.path;
    }

    /** {@return what the kernel told of it when it was opened} */
    public MapInfo info() {
        return opened.object.info();
    }

    /** {@return what it is like, with the types of its keys and values} */
    public MapSpec spec() {
        return spec;
    }

    /**
     * {@return the map, which has the views} Valid until this is closed.
     *
     * @throws IllegalStateException when this is closed
     */
    public BpfMap map() {
        return opened.gate
                .inside(() -> new BpfMap(new MapViews(opened.gate, owner, types, opened.memory, opened.walkers),
                        opened.object.map(spec)));
    }

    /**
     * Makes a reader of a RINGBUF, which goes on where the last one stopped.
     *
     * @param type as of {@link BpfProgram#ringBuffer}; without {@link #withTypes} only {@code MemorySegment.class}
     * @param <T> what a record becomes
     * @return a reader, which this closes if nobody else does
     * @throws BindingException when the Java type does not fit; names the component, the field and both types
     * @throws IllegalArgumentException when it is no ring buffer
     * @throws MapAccessException when it was opened to be read only
     * @throws IllegalStateException when there is a reader already, or this is closed
     */
    public <T> RingBufferReader<T> ringBuffer(Class<T> type) {
        return opened.gate.inside(() -> {
            require("a ring buffer", MapType.RINGBUF);
            var forms = new RecordForms(owner, types, spec);
            RecordForm<T> form = forms.of(type);
            MapSpec own = opened.object.spec(); // whatever an object file calls it: it has one reader
            RingMemory memory = opened.rings.claim(own);
            try {
                var session = new RingSession(spec.name(), memory, opened.object::waiter, forms.size(),
                        LostSamples.NONE, () -> opened.rings.release(own.name()));
                opened.rings.closeWith(own.name(), session::close);
                return new RingBufferReader<>(session, form, forms);
            } catch (RuntimeException | Error e) {
                opened.rings.giveBack(memory);
                throw e;
            }
        });
    }

    /**
     * Makes a writer of a USER_RINGBUF, which goes on where the last one stopped.
     *
     * @param type as of {@link BpfProgram#userRing}; without {@link #withTypes} only {@code MemorySegment.class}
     * @param <T> what becomes a record
     * @return a writer, which this closes if nobody else does
     * @throws BindingException when the Java type does not fit, leaves a field out, or does not fit into the ring
     * @throws IllegalArgumentException when it is no user ring buffer
     * @throws MapAccessException when it was opened to be read only
     * @throws IllegalStateException when there is a writer already, or this is closed
     */
    public <T> UserRingWriter<T> userRing(Class<T> type) {
        return opened.gate.inside(() -> {
            require("a user ring buffer", MapType.USER_RINGBUF);
            WriteForm<T> form = WriteForm.of(owner, types, spec, type);
            return UserRingWriter.of(opened.rings, opened.object, owner, opened.object.spec(), form);
        });
    }

    private void require(String wanted, MapType kind) {
        MapUse.require(MapShapes.where(owner, spec), spec, wanted, Set.of(kind));
    }

    /** Ends readers, writers and views, and gives the map back. It stays where it is pinned. Idempotent. */
    @Override
    public void close() {
        opened.watch.closed();
        opened.gate.close(() -> {}, () -> Closing.all(Stream.concat(opened.rings.closers().stream(),
                Stream.<Runnable>of(opened.walkers::close, opened.memory::close, opened.object::close)).toList()));
    }

    /** {@return place, name and kind, for logs} */
    @Override
    public String toString() {
        return opened.path + ": map '" + spec.name() + "' (" + spec.type() + ")"
                + (opened.gate.isClosed() ? ", closed" : "");
    }
}
