package io.ebpf4j.attach;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An instruction of a program or shared library, {@code uprobe} and {@code uretprobe}.
 *
 * @param binary the file; a name without a slash is looked for as the shell and the dynamic linker do
 * @param function a symbol of it, {@code name} or {@code name@VERSION}; without one {@code offset} counts from the file's begin
 * @param offset bytes from the function's entry, or from the file's begin
 * @param process only in this process; in every one where empty
 * @param onReturn whether the function is hooked where it returns
 * @param cookie see {@linkplain io.ebpf4j.attach here}; Linux 5.15
 */
public record Uprobe(Path binary, Optional<String> function, long offset, OptionalInt process, boolean onReturn,
        long cookie) implements AttachTarget {
    /** Checks the names and numbers. */
    public Uprobe {
        Objects.requireNonNull(binary);
        function.ifPresent(name -> Checks.name(name, "function"));
        Checks.offset(offset);
        process.ifPresent(Checks::process);
    }

    /**
     * {@return the entry of a function, in every process}
     *
     * @param binary the file
     * @param function a symbol of it
     */
    public static Uprobe of(Path binary, String function) {
        return new Uprobe(binary, Optional.of(function), 0, OptionalInt.empty(), false, 0);
    }

    /**
     * {@return an instruction, in every process}
     *
     * @param binary the file
     * @param offset bytes from its begin
     */
    public static Uprobe at(Path binary, long offset) {
        return new Uprobe(binary, Optional.empty(), offset, OptionalInt.empty(), false, 0);
    }

    /** {@return the same where the function returns} */
    public Uprobe onReturns() {
        return new Uprobe(binary, function, offset, process, true, cookie);
    }

    /**
     * {@return the same in one process only}
     *
     * @param pid its number
     */
    public Uprobe inProcess(int pid) {
        return new Uprobe(binary, function, offset, OptionalInt.of(pid), onReturn, cookie);
    }

    /**
     * {@return the same with a cookie}
     *
     * @param value the cookie
     */
    public Uprobe withCookie(long value) {
        return new Uprobe(binary, function, offset, process, onReturn, value);
    }

    @Override
    public String description() {
        return (onReturn ? "uretprobe " : "uprobe ") + binary + ":"
                + function.map(name -> Checks.place(name, offset)).orElse("0x" + Long.toHexString(offset));
    }
}
