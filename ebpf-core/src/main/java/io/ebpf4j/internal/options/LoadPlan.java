package io.ebpf4j.internal.options;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.internal.spec.Suggestion;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What options mean for one program. Immutable. */
public final class LoadPlan {
    private final Set<String> loaded;
    private final Set<String> attached;

    private LoadPlan(Set<String> loaded, Set<String> attached) {
        this.loaded = Set.copyOf(loaded);
        this.attached = Set.copyOf(attached);
    }

    /**
     * {@return the plan}
     *
     * @param spec the program
     * @param options what was asked for, in that order
     * @throws IllegalArgumentException when the program has nothing of a name; names those there are
     */
    public static LoadPlan of(ProgramSpec spec, List<Option> options) {
        Set<String> loaded = spec.functions().stream().filter(function -> !function.optional()).map(FunctionSpec::name)
                .collect(Collectors.toCollection(HashSet::new));
        Set<String> attached = spec.functions().stream().filter(FunctionSpec::attachesItself).map(FunctionSpec::name)
                .collect(Collectors.toCollection(HashSet::new));
        for (Option option : options) {
            switch (option) {
                case Option.Load(String function, boolean load) -> put(loaded, function(spec, function), load);
                case Option.Attach(String function, boolean attach) ->
                    put(attached, function(spec, function), attach);
                case Option.AttachNothing() -> attached.clear();
            }
        }
        attached.retainAll(loaded);
        return new LoadPlan(loaded, attached);
    }

    private static void put(Set<String> functions, FunctionSpec function, boolean in) {
        if (in) {
            functions.add(function.name());
        } else {
            functions.remove(function.name());
        }
    }

    private static FunctionSpec function(ProgramSpec spec, String name) {
        List<String> names = spec.functions().stream().map(FunctionSpec::name).toList();
        return spec.functions().stream().filter(function -> function.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(spec.name() + ": has no function '" + name + "'"
                        + Suggestion.of(name, names) + "; its functions are " + names));
    }

    /** {@return whether the kernel gets the function} */
    public boolean loads(FunctionSpec function) {
        return loaded.contains(function.name());
    }

    /** {@return whether the function is hooked on loading} Never one that is not loaded. */
    public boolean attaches(FunctionSpec function) {
        return attached.contains(function.name());
    }
}
