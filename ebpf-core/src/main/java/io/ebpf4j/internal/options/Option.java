package io.ebpf4j.internal.options;

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
}
