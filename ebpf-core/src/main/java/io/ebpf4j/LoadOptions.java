package io.ebpf4j;

import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.internal.options.MapSource;
import io.ebpf4j.internal.options.Option;
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
     * {@return options that say to what function of the kernel a function is hooked} For {@code SEC("fentry")} and its like,
     * whose sections need not say it, or to say otherwise than they do. It is then hooked on loading.
     *
     * @param function the C function's name
     * @param kernelFunction the kernel function's name
     */
    public LoadOptions target(String function, String kernelFunction) {
        return with(new Option.Aim(Objects.requireNonNull(function, "function"),
                new Target.Kernel(Objects.requireNonNull(kernelFunction, "kernelFunction"))));
    }

    /**
     * {@return options that say to what function of another program a function is hooked, or which it replaces} For
     * {@code SEC("freplace")}, and for {@code SEC("fentry")} and its like.
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
     * @param entries rows; of a ring, bytes, which are rounded up to a power of two and whole pages
     */
    public LoadOptions maxEntries(String map, long entries) {
        if (entries <= 0 || entries > MOST_ENTRIES) {
            throw new IllegalArgumentException("map '" + map + "' cannot have " + entries + " entries; it takes 1 to "
                    + MOST_ENTRIES);
        }
        return with(new Option.MaxEntries(Objects.requireNonNull(map, "map"), entries));
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
