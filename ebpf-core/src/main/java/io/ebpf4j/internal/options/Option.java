package io.ebpf4j.internal.options;

import io.ebpf4j.MapSpec;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/** One thing that was asked for. Where two are about the same, the later wins. */
public sealed interface Option {
    /**
     * Loads a function, or does not.
     *
     * @param function its name
     * @param load whether
     */
    record Load(String function, boolean load) implements Option {}

    /**
     * Hooks a function on loading, or does not.
     *
     * @param function its name
     * @param attach whether
     */
    record Attach(String function, boolean attach) implements Option {}

    /** Hooks nothing but what a later option asks for. */
    record AttachNothing() implements Option {}

    /**
     * Says to what a function is hooked whose section does not, or says otherwise.
     *
     * @param function its name
     * @param target what it is hooked to
     */
    record Aim(String function, Target target) implements Option {}

    /**
     * Gives a global variable a value.
     *
     * @param path its name, or that of a part of it
     * @param value the value
     */
    record Global(String path, Object value) implements Option {}

    /**
     * Makes a map larger or smaller.
     *
     * @param map its name
     * @param entries rows, or bytes of a ring
     */
    record MaxEntries(String map, long entries) implements Option {}

    /**
     * Says how a perf buffer is made.
     *
     * @param map its name
     * @param size its size, and when it wakes
     */
    record PerfBuffer(String map, PerfSize size) implements Option {}

    /**
     * Says what the maps in a map of maps are like.
     *
     * @param map the outer map's name
     * @param inner what they are like
     */
    record Inner(String map, MapSpec inner) implements Option {}

    /**
     * Says that the maps in a map of maps are like another one of the program.
     *
     * @param map the outer map's name
     * @param other the other one's name
     */
    record InnerLike(String map, String other) implements Option {}

    /**
     * Takes a map that is there already.
     *
     * @param map its name
     * @param source where it is
     */
    record Reuse(String map, MapSource source) implements Option {}

    /**
     * Keeps a map in the BPF file system.
     *
     * @param map its name
     * @param path where
     */
    record Pin(String map, Path path) implements Option {}

    /**
     * Says where maps are kept that are declared to be.
     *
     * @param folder in which folder
     */
    record PinRoot(Path folder) implements Option {}

    /**
     * Takes the kernel's types from a file.
     *
     * @param file raw BTF, or an ELF file with it
     */
    record KernelTypes(Path file) implements Option {}

    /**
     * Loads by rights that somebody has delegated.
     *
     * @param bpffs the BPF file system that has them
     */
    record Token(Path bpffs) implements Option {}

    /**
     * Has the verifier tell what it does.
     *
     * @param level how much
     * @param handler takes functions' names and logs
     */
    record VerifierLog(int level, BiConsumer<String, String> handler) implements Option {}

    /**
     * Overrides a value of the kernel's configuration.
     *
     * @param line {@code CONFIG_X=y}
     */
    record Kconfig(String line) implements Option {}
}
