package io.ebpf4j.attach;

/**
 * What the verifier has checked the function for when it was loaded, by its section or by a target in the options: a function of the
 * kernel ({@code fentry}, {@code fexit}, {@code fmod_ret}), a tracepoint ({@code tp_btf}), a hook of the security modules ({@code lsm}).
 * Linux 5.5, LSM 5.7.
 *
 * @param cookie see {@linkplain io.ebpf4j.attach here}; Linux 5.19
 */
public record Trace(long cookie) implements AttachTarget {
    /** {@return no cookie} */
    public static Trace loadedFor() {
        return new Trace(0);
    }

    @Override
    public String description() {
        return "what it was loaded for";
    }
}
