package io.ebpf4j.internal.decode;

import io.ebpf4j.decode.FieldDecoderFactory;
import io.ebpf4j.internal.Services;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** Which factory claims a typedef or struct name. The application's come after ours and so replace them. */
public final class FieldDecoders {
    private static final List<FieldDecoderFactory> BUILT_IN = List.of(new AddressDecoders(), new DurationDecoders());

    private final Map<String, FieldDecoderFactory> byName = new HashMap<>();

    private FieldDecoders(Iterable<FieldDecoderFactory> more) {
        BUILT_IN.forEach(this::add);
        more.forEach(this::add);
    }

    /** {@return the library's own and those that the application's class or module path brings} */
    public static FieldDecoders load() {
        return new FieldDecoders(Services.of(ServiceLoader.load(FieldDecoderFactory.class),
                ServiceLoader.load(FieldDecoderFactory.class, FieldDecoderFactory.class.getClassLoader())));
    }

    /** {@return the library's own and some more, which win} */
    static FieldDecoders with(FieldDecoderFactory... more) {
        return new FieldDecoders(List.of(more));
    }

    Optional<FieldDecoderFactory> claiming(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    private void add(FieldDecoderFactory factory) {
        factory.names().forEach(name -> byName.put(name, factory));
    }
}
