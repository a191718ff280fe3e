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
        Throwable first = null;
        for (Runnable closer : closers) {
            try {
                closer.run();
            } catch (Throwable t) { // an Error too: what comes after it must not stay open
                first = merged(first, t);
            }
        }
        switch (first) {
            case null -> {
            }
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException(first); // thrown past the compiler
        }
    }

    private static Throwable merged(@Nullable Throwable first, Throwable next) {
        if (first == null) {
            return next;
        }
        if (!first.equals(next)) { // a throwable must not suppress itself
            first.addSuppressed(next);
        }
        return first;
    }
}
