package io.ebpf4j.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closes several things though one of them may fail; the first failure is thrown, with the others suppressed in it. */
public final class Closing {
    private Closing() {}

    /**
     * Closes all, in order.
     *
     * @param closers what to close
     */
    public static void all(List<? extends Runnable> closers) {
        RuntimeException first = null;
        for (Runnable closer : closers) {
            try {
                closer.run();
            } catch (RuntimeException e) {
                first = merged(first, e);
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private static RuntimeException merged(@Nullable RuntimeException first, RuntimeException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }
}
