package io.ebpf4j.attach;

import io.ebpf4j.BpfFunction;
import java.util.Objects;

/**
 * A global function of another program, which this one runs instead of: {@code freplace}. It has to be loaded for a function of the same
 * prototype before, by {@link io.ebpf4j.LoadOptions#target(String, BpfFunction, String)}. Linux 5.10.
 *
 * @param program an entry point of the other program
 * @param function the global function in it, or its own name
 */
public record Replacement(BpfFunction program, String function) implements AttachTarget {
    /** Checks the name. */
    public Replacement {
        Objects.requireNonNull(program);
        Checks.name(function, "function");
    }

    @Override
    public String description() {
        return "function " + function + " of " + program.spec().name();
    }
}
