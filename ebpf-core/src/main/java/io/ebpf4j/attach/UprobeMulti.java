package io.ebpf4j.attach;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Many functions of a program or shared library at once, {@code uprobe.multi}; Linux 6.6, libbpf 1.3.
 *
 * <p>Names are looked up here, in the symbols that the file exports and those of its own, so that a stripped library has
 * those that it exports; the file must be a 64-bit ELF file. They stand for places in the file as it is when the function
 * is attached. A name that it lacks, or that several functions share, is an {@link io.ebpf4j.AttachException} which tells
 * the file and the name, and nothing is attached.
 *
 * @param binary the file; a name without a slash is looked for as the shell and the dynamic linker do
 * @param pattern those whose names match, with {@code *} and {@code ?}; or empty
 * @param functions their names without versions, of which the default one is meant, where there is no pattern; a name
 *        whose function the C library chooses by the CPU, such as {@code strlen}, stands for none
 * @param cookies one for each function, or none
 * @param process only in this process; in every one where empty
 * @param onReturn whether they are hooked where they return
 */
public record UprobeMulti(Path binary, Optional<String> pattern, List<String> functions, List<Long> cookies,
        OptionalInt process, boolean onReturn) implements AttachTarget {
    /** Checks that it is either a pattern or names. */
    public UprobeMulti {
        Objects.requireNonNull(binary);
        functions = List.copyOf(functions);
        cookies = List.copyOf(cookies);
        Selection.check(pattern, functions, cookies);
        process.ifPresent(Checks::process);
    }

    /**
     * {@return all functions that match, in every process}
     *
     * @param binary the file
     * @param pattern with {@code *} and {@code ?}
     */
    public static UprobeMulti matching(Path binary, String pattern) {
        return new UprobeMulti(binary, Optional.of(pattern), List.of(), List.of(), OptionalInt.empty(), false);
    }

    /**
     * {@return these functions, in every process}
     *
     * @param binary the file
     * @param functions their names
     */
    public static UprobeMulti of(Path binary, List<String> functions) {
        return new UprobeMulti(binary, Optional.empty(), functions, List.of(), OptionalInt.empty(), false);
    }

    /** {@return the same where they return} */
    public UprobeMulti onReturns() {
        return new UprobeMulti(binary, pattern, functions, cookies, process, true);
    }

    /**
     * {@return the same in one process only}
     *
     * @param pid its number
     */
    public UprobeMulti inProcess(int pid) {
        return new UprobeMulti(binary, pattern, functions, cookies, OptionalInt.of(pid), onReturn);
    }

    /**
     * {@return the same with cookies}
     *
     * @param values one for each function
     */
    public UprobeMulti withCookies(List<Long> values) {
        return new UprobeMulti(binary, pattern, functions, values, process, onReturn);
    }

    @Override
    public String description() {
        return (onReturn ? "uretprobe.multi " : "uprobe.multi ") + binary + ":" + Selection.text(pattern, functions);
    }
}
