package io.ebpf4j;

import io.ebpf4j.internal.options.LoadPlan;
import io.ebpf4j.internal.options.Option;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How a program is to be loaded, where the object file alone does not say it. Immutable: each method returns new options
 * that have one thing more. Where two are about the same, the later wins. Names are checked when a program is loaded with
 * the options, so that they serve several programs only if all have those names.
 *
 * {@snippet :
 * var options = LoadOptions.defaults().enable("on_exit").attach("on_exec", false);
 * try (var program = BpfProgram.load(Path.of("probe.bpf.o"), options)) {
 *     service.run();
 * }
 * }
 */
public final class LoadOptions {
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

    private LoadOptions with(Option option) {
        return new LoadOptions(Stream.concat(options.stream(), Stream.of(option)).toList());
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
