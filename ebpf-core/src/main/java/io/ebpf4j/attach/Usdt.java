package io.ebpf4j.attach;

import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A static tracepoint that somebody compiled into a program or shared library, {@code usdt}. The program needs
 * {@code bpf/usdt.bpf.h}.
 *
 * @param binary the file; a name without a slash is looked for as the shell and the dynamic linker do
 * @param provider as {@code hotspot}
 * @param name as {@code gc__begin}
 * @param process only in this process; in every one where empty
 * @param cookie what {@code bpf_usdt_cookie()} gives; 0 is none
 */
public record Usdt(Path binary, String provider, String name, OptionalInt process, long cookie)
        implements
            AttachTarget {
    /** Checks the names. */
    public Usdt {
        Objects.requireNonNull(binary);
        Checks.name(provider, "provider");
        Checks.name(name, "tracepoint");
        process.ifPresent(Checks::process);
    }

    /**
     * {@return a tracepoint, in every process}
     *
     * @param binary the file
     * @param provider as {@code hotspot}
     * @param name as {@code gc__begin}
     */
    public static Usdt of(Path binary, String provider, String name) {
        return new Usdt(binary, provider, name, OptionalInt.empty(), 0);
    }

    /**
     * {@return the same in one process only}
     *
     * @param pid its number
     */
    public Usdt inProcess(int pid) {
        return new Usdt(binary, provider, name, OptionalInt.of(pid), cookie);
    }

    /**
     * {@return the same with a cookie}
     *
     * @param value the cookie
     */
    public Usdt withCookie(long value) {
        return new Usdt(binary, provider, name, process, value);
    }

    @Override
    public String description() {
        return "usdt " + binary + ":" + provider + ":" + name;
    }
}
