package io.ebpf4j.internal.bind;

import java.util.Locale;

/** C names things one way, Java another. */
final class Names {
    private Names() {}

    /** {@return {@code dest_port} for {@code destPort}, {@code saddr_v4} for {@code saddrV4}} */
    static String snake(String camel) {
        return camel.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_").toLowerCase(Locale.ROOT);
    }
}
