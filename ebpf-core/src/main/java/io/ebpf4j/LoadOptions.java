package io.ebpf4j;

import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.internal.options.MapSource;
import io.ebpf4j.internal.options.Option;
import io.ebpf4j.internal.options.PerfSize;
import io.ebpf4j.internal.options.Target;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a program is to be loaded, where the object file alone does not say it. Immutable: each method returns new options
 * that have one thing more. Where two are about the same, the later wins. Names are checked when a program is loaded with
 * the options, so that they serve several programs only if all have those names.
 *
 * {@snippet :
 * var options = LoadOptions.defaults().global("targ_pid", 42).enable("on_exit").maxEntries("events", 1 << 20);
 * try (var program = BpfProgram.load(Path.of("probe.bpf.o"), options)) {
 *     service.run();
 * }
 * }
 */
public final class LoadOptions {
    private static final long MOST_ENTRIES = 0xffff_ffffL;
    private static final long MOST_PERF_BYTES = 1 << 30;
    private static final int ALL_LOG_LEVELS = 7;
    private static final Pattern KCONFIG = Pattern.compile("CONFIG_\\w+=\\S[^\\r\\n]*+");
    private static final LoadOptions DEFAULTS = new LoadOptions(List.of());

    private final List<Option> options;

    private LoadOptions(List<Option> options) {
        this.options = options;
    }

    /** {@return options that ask for nothing: all is done as the object file says} */
    public static LoadOptions defaults() {
        return DEFAULTS;
    }

    /**
     * {@return options that load an optional function, one with a {@code SEC("?..")}}
     *
     * @param function the C function's name
     */
    public LoadOptions enable(String function) {
        return with(new Option.Load(Objects.requireNonNull(function, "function"), true));
    }

    /**
     * {@return options that do not load a function} The verifier does not see it, so that it may use what this kernel does
     * not have.
     *
     * @param function the C function's name
     */
    public LoadOptions disable(String function) {
        return with(new Option.Load(Objects.requireNonNull(function, "function"), false));
    }

    /**
     * {@return options that hook a function on loading, or leave that to a later call}
     *
     * @param function the C function's name
     * @param attach whether to hook it; true counts after {@link #attachNothing}, else it is what is done anyway
     */
    public LoadOptions attach(String function, boolean attach) {
        return with(new Option.Attach(Objects.requireNonNull(function, "function"), attach));
    }

    /** {@return options that hook no function on loading} */
    public LoadOptions attachNothing() {
        return with(new Option.AttachNothing());
    }

    /**
     * {@return options that say to what of the kernel a function is hooked} For those that the verifier checks against the
     * kernel's types, whose sections need not name it; what the options say counts. It is then hooked on loading; after
     * {@link #attachNothing} that is left to {@link io.ebpf4j.attach.Trace#loadedFor()}.
     * <table>
     * <caption>What takes a target</caption>
     * <tr><th>section<th>target<th>kernel
     * <tr><td>{@code fentry}, {@code fexit}<td>a function of the kernel or of a module<td>5.5
     * <tr><td>{@code fmod_ret}<td>one that may be made to fail, or a hook of the security modules<td>5.7
     * <tr><td>{@code tp_btf}<td>a tracepoint: {@code sched_switch}<td>5.5
     * <tr><td>{@code lsm}<td>a hook of the security modules: {@code file_open}<td>5.7
     * <tr><td>{@code iter}<td>a kind of object: {@code task}<td>5.8
     * </table>
     *
     * {@snippet :
     * // SEC("fentry") int BPF_PROG(on_entry, struct file *file) ..
     * var options = LoadOptions.defaults().target("on_entry", "vfs_fsync");
     * }
     *
     * <p>Loading is a {@link LoadException} where the kernel has no such thing, and an {@link IllegalArgumentException} where the
     * function is of another kind, which {@link BpfFunction#attach(io.ebpf4j.attach.AttachTarget)} hooks.
     *
     * @param function the C function's name
     * @param kernelFunction what it is hooked to
     */
    public LoadOptions target(String function, String kernelFunction) {
        return with(new Option.Aim(Objects.requireNonNull(function, "function"),
                new Target.Kernel(Objects.requireNonNull(kernelFunction, "kernelFunction"))));
    }

    /**
     * {@return options that say to what function of another program a function is hooked, or which it replaces} It is then
     * hooked on loading.
     * <table>
     * <caption>What takes a function of another program</caption>
     * <tr><th>section<th>what it does<th>takes<th>kernel
     * <tr><td>{@code freplace}<td>runs instead<td>the same arguments, and returns what that does<td>5.6
     * <tr><td>{@code fentry}<td>runs before<td>that one's arguments<td>5.5
     * <tr><td>{@code fexit}<td>runs after<td>that one's arguments, and what it returned<td>5.5
     * </table>
     * The other function is an entry point, or a subprogram that its object keeps as a function: {@code __noinline}, and for
     * {@code freplace} not {@code static}. A replacement gets the context as programs see it ({@code struct xdp_md}), the
     * others as the kernel does ({@code struct xdp_buff}). All callers of the other program see the change, until the
     * {@link Attachment} or this program is closed; the other one may be closed before.
     *
     * {@snippet :
     * // in the one: __noinline int verdict(struct xdp_md *ctx) ..    in the other: SEC("freplace") int strict(struct xdp_md *ctx) ..
     * var options = LoadOptions.defaults().target("strict", filter.function("entry"), "verdict");
     * try (var replacing = BpfProgram.load(Path.of("strict.bpf.o"), options)) {
     *     service.run();
     * }
     * }
     *
     * <p>A function that is replaced is so by one, and nothing else is hooked to it meanwhile. What a function was loaded for
     * in another program, it is hooked to but once. A replacement can be hooked there again, and to functions of the same
     * prototype in further programs, by {@link io.ebpf4j.attach.Replacement} (Linux 5.10); others are loaded again. One that
     * does not fit is a {@link VerifierException} of cause {@link VerifierException.Cause#TARGET}.
     *
     * @param function the C function's name
     * @param other an entry point of the other program, which must be open when this one is loaded
     * @param name the function there: the entry point's own name, or that of a subprogram
     */
    public LoadOptions target(String function, BpfFunction other, String name) {
        return with(new Option.Aim(Objects.requireNonNull(function, "function"),
                new Target.Program(other.handle(), other.programName(), Objects.requireNonNull(name, "name"))));
    }

    /**
     * {@return options that give a global variable its first value} The verifier knows the value of a {@code const
     * volatile} one, and leaves out code that it switches off.
     *
     * <p>What counts is the value, not the Java type: a {@code long} of 42 fits a {@code u8}, an {@code int} of -1 no
     * {@code u32}. Takes
     * <table>
     * <caption>Java values for C types</caption>
     * <tr><th>C<th>Java
     * <tr><td>integers<td>{@code byte}, {@code short}, {@code int}, {@code long}, {@link java.math.BigInteger}
     * <tr><td>{@code bool}, {@code float}, {@code double}<td>{@code boolean}, any number
     * <tr><td>enums<td>the constant's name, a Java enum's constant of that name, or a number
     * <tr><td>{@code char[N]}<td>{@code String} of at most N-1 bytes of UTF-8, {@code byte[]} of at most N
     * <tr><td>arrays<td>arrays of as many elements; {@code byte[]} for bytes
     * <tr><td>structs<td>records, by their components' names; the fields that they leave out keep what they have
     * <tr><td>types with a decoder<td>what that yields: {@code Duration}, {@code InetAddress}
     * <tr><td>anything but numbers<td>{@code byte[]} of its size
     * </table>
     *
     * @param name the C variable's name, or part of one: {@code cfg.port}, {@code ports[2]}
     * @param value the value; copied
     */
    public LoadOptions global(String name, Object value) {
        return with(new Option.Global(Objects.requireNonNull(name, "name"),
                copy(Objects.requireNonNull(value, "value"))));
    }

    /**
     * {@return options that make a map of another size than it is declared with}
     *
     * @param map the map's name; of the maps in a map of maps, {@code outer.inner}
     * @param entries rows; of a ring, bytes, which are rounded up to a power of two and whole pages; of a perf buffer, CPUs,
     *        and all that the machine can have where nothing is said
     */
    public LoadOptions maxEntries(String map, long entries) {
        if (entries <= 0 || entries > MOST_ENTRIES) {
            throw new IllegalArgumentException("map '" + map + "' cannot have " + entries + " entries; it takes 1 to "
                    + MOST_ENTRIES);
        }
        return with(new Option.MaxEntries(Objects.requireNonNull(map, "map"), entries));
    }

    /**
     * {@return options that make a perf buffer of another size than 256 KiB a CPU} That is the memory of a reader or export, which
     * is taken when that begins; of the map itself {@link #maxEntries} says for how many CPUs it has places.
     *
     * @param map the name of a map of type PERF_EVENT_ARRAY
     * @param bytes of records for each CPU that runs, rounded up to a power of two and whole pages
     */
    public LoadOptions perfBuffer(String map, long bytes) {
        return perfBuffer(map, bytes, 0);
    }

    /**
     * {@return options that make a perf buffer that wakes its reader less often than for each record} To wake it is what the
     * traced code does, and takes longer than to write the record. Records that are fewer are read when the reader looks by
     * itself: on {@link RingBufferReader#drain}, at the end of {@link RingBufferReader#poll}, and in
     * {@link RingBufferReader#run} half a second after the last, or some seconds where there was nothing for long.
     *
     * @param map the name of a map of type PERF_EVENT_ARRAY
     * @param bytes of records for each CPU that runs, rounded up to a power of two and whole pages
     * @param wakeUp how many bytes of them one CPU has written when the reader is woken, less than {@code bytes}
     */
    public LoadOptions perfBuffer(String map, long bytes, long wakeUp) {
        Objects.requireNonNull(map, "map");
        if (bytes <= 0 || bytes > MOST_PERF_BYTES) {
            throw new IllegalArgumentException("perf buffer '" + map + "' cannot have " + bytes
                    + " bytes a CPU; it takes 1 to " + MOST_PERF_BYTES);
        }
        if (wakeUp < 0 || wakeUp >= bytes) {
            throw new IllegalArgumentException("perf buffer '" + map + "' of " + bytes + " bytes a CPU cannot wake its"
                    + " reader at " + wakeUp + "; it takes 0 to " + (bytes - 1));
        }
        return with(new Option.PerfBuffer(map, new PerfSize(bytes, (int) wakeUp)));
    }

    /**
     * {@return options that say what the maps in a map of maps are like} For one that is declared without that, or to say
     * otherwise.
     *
     * @param map the name of a map of type ARRAY_OF_MAPS or HASH_OF_MAPS
     * @param inner what they are like: the kernel looks at type, sizes and flags
     */
    public LoadOptions innerMap(String map, MapSpec inner) {
        return with(new Option.Inner(Objects.requireNonNull(map, "map"), Objects.requireNonNull(inner, "inner")));
    }

    /**
     * {@return options that say that the maps in a map of maps are like another map of the program}
     *
     * @param map the name of a map of type ARRAY_OF_MAPS or HASH_OF_MAPS
     * @param other the other map's name
     */
    public LoadOptions innerMap(String map, String other) {
        return with(new Option.InnerLike(Objects.requireNonNull(map, "map"), Objects.requireNonNull(other, "other")));
    }

    /**
     * {@return options that use a pinned map instead of making one} It must be of the same type, sizes and flags.
     *
     * @param map the map's name; of the map of a section of global variables, the section's: {@code .bss}
     * @param pinned where it is in the BPF file system
     */
    public LoadOptions reuseMap(String map, Path pinned) {
        return with(new Option.Reuse(Objects.requireNonNull(map, "map"),
                new MapSource.Pinned(pinned.toAbsolutePath().normalize())));
    }

    /**
     * {@return options that use another program's map instead of making one} It must be of the same type, sizes and flags;
     * it stays when the other program closes.
     *
     * @param map the map's name; of the map of a section of global variables, the section's: {@code .bss}
     * @param loaded the other program's map; that program must be open when this one is loaded
     */
    public LoadOptions reuseMap(String map, BpfMap loaded) {
        return with(new Option.Reuse(Objects.requireNonNull(map, "map"),
                new MapSource.Loaded(loaded.handle(), loaded.toString())));
    }

    /**
     * {@return options that keep a map in the BPF file system, where it outlives the program} Directories are made. What is
     * there already is an error: {@link #reuseMap(String, Path)} uses it.
     *
     * @param map the map's name; of the map of a section of global variables, the section's: {@code .bss}
     * @param path where
     */
    public LoadOptions pin(String map, Path path) {
        return with(new Option.Pin(Objects.requireNonNull(map, "map"), path.toAbsolutePath().normalize()));
    }

    /**
     * {@return options that keep maps declared {@code LIBBPF_PIN_BY_NAME} in another folder than {@code /sys/fs/bpf}}
     *
     * @param folder a folder in a BPF file system; made when needed
     */
    public LoadOptions pinRoot(Path folder) {
        return with(new Option.PinRoot(folder.toAbsolutePath().normalize()));
    }

    /**
     * {@return options that take the kernel's types from a file, for a kernel that does not bring them} With them libbpf
     * fits the program to the kernel (CO-RE).
     *
     * @param btf raw BTF, or an ELF file with a section {@code .BTF}, of the very kernel that runs
     */
    public LoadOptions kernelTypes(Path btf) {
        return with(new Option.KernelTypes(btf.toAbsolutePath().normalize()));
    }

    /**
     * {@return options that load by rights that somebody has delegated to a BPF file system} Linux 6.9, libbpf 1.5.
     *
     * @param bpffs where that is mounted
     */
    public LoadOptions token(Path bpffs) {
        return with(new Option.Token(bpffs.toAbsolutePath().normalize()));
    }

    /**
     * {@return options that have the verifier tell what it does} Loading is slower by that. Of a function that it rejects
     * there is a {@link VerifierException}, with the log.
     *
     * @param level 1 for each instruction, 2 for all it tries, 4 for statistics; bits may be combined
     * @param handler takes the name and log of each function that was loaded, in the thread that loads
     */
    public LoadOptions verifierLog(int level, BiConsumer<String, String> handler) {
        if (level < 1 || level > ALL_LOG_LEVELS) {
            throw new IllegalArgumentException("the verifier has no log level " + level + "; it takes the bits 1"
                    + " (instructions), 2 (all it tries) and 4 (statistics)");
        }
        return with(new Option.VerifierLog(level, Objects.requireNonNull(handler, "handler")));
    }

    /**
     * {@return options that override a value of the kernel's configuration, as {@code __kconfig} variables see it}
     *
     * @param line {@code CONFIG_X=y}, as in {@code /boot/config}
     */
    public LoadOptions kconfig(String line) {
        if (!KCONFIG.matcher(line).matches()) {
            throw new IllegalArgumentException("\"" + line + "\" is no line of a kernel configuration; write"
                    + " CONFIG_NAME=value, with y, n, m, a number, or a text in double quotes");
        }
        return with(new Option.Kconfig(line));
    }

    private LoadOptions with(Option option) {
        return new LoadOptions(Stream.concat(options.stream(), Stream.of(option)).toList());
    }

    /** Options do not change, but who made an array may still write to it. */
    private static Object copy(Object value) {
        if (!value.getClass().isArray()) {
            return value;
        }
        int length = Array.getLength(value);
        Object copy = Array.newInstance(value.getClass().componentType(), length);
        for (int i = 0; i < length; i++) {
            Object element = Array.get(value, i);
            Array.set(copy, i, element == null ? null : copy(element));
        }
        return copy;
    }

    /** What these options mean for a program. */
    LoadPlan plan(ProgramSpec spec) {
        return LoadPlan.of(spec, options);
    }

    /** {@return what was asked for, for logs} */
    @Override
    public String toString() {
        return "LoadOptions" + options;
    }
}
