package io.ebpf4j.fuzz;

import org.jspecify.annotations.Nullable;

/** What Jazzer calls, by the names of these methods. */
public final class JazzerEntry {
    private static @Nullable FuzzTarget target;

    private JazzerEntry() {}

    /** Takes the name of the {@link FuzzTarget}'s class. */
    public static void fuzzerInitialize(String[] args) throws ReflectiveOperationException {
        target = named(args[0]);
    }

    /** Throws what the fuzzer then reports and saves. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (target != null) {
            target.check(input);
        }
    }

    static FuzzTarget named(String className) throws ReflectiveOperationException {
        return Class.forName(className).asSubclass(FuzzTarget.class).getConstructor().newInstance();
    }
}
