package io.ebpf4j.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Services as the application sees them and as this library does: the thread that asks may have any context class
 * loader, or none.
 */
public final class Services {
    private Services() {}

    /**
     * {@return all providers, each once}
     *
     * @throws IllegalStateException when one cannot be made; names it
     */
    public static <S> List<S> of(ServiceLoader<S> seenByTheThread, ServiceLoader<S> seenByUs) {
        Map<Class<?>, S> providers = new LinkedHashMap<>();
        try {
            seenByTheThread.forEach(provider -> providers.putIfAbsent(provider.getClass(), provider));
            seenByUs.forEach(provider -> providers.putIfAbsent(provider.getClass(), provider));
        } catch (ServiceConfigurationError e) {
            throw new IllegalStateException("a provider on the class or module path cannot be used: " + e.getMessage(),
                    e);
        }
        return List.copyOf(providers.values());
    }
}
