package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachException;
import io.ebpf4j.internal.Closing;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.internal.kernel.LoadedFunction;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * A function at several places that count as one, as on each CPU.
 *
 * @param where how messages call it
 * @param hooks each
 */
record HookGroup(String where, List<Hook> hooks) implements Hook {
    HookGroup {
        hooks = List.copyOf(hooks);
    }

    @Override
    public OptionalInt id() {
        return hooks.size() == 1 ? hooks.getFirst().id() : OptionalInt.empty();
    }

    @Override
    public void pin(Path path) {
        if (hooks.size() != 1) {
            throw new AttachException(where + ": is " + hooks.size()
                    + " links, which one file cannot pin; attach it to each CPU by itself and pin those", 0);
        }
        hooks.getFirst().pin(path);
    }

    @Override
    public void replace(LoadedFunction function) {
        hooks.forEach(hook -> hook.replace(function));
    }

    @Override
    public void close() {
        Closing.all(hooks.reversed().stream().<Runnable>map(hook -> hook::close).toList());
    }
}
