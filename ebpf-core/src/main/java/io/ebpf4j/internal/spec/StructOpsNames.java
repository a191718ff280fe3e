package io.ebpf4j.internal.spec;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import java.util.List;
import java.util.stream.Stream;

/** The structs of functions that a file declares, for the kernel to call. */
public final class StructOpsNames {
    /** Those with a question mark libbpf creates only when told to. */
    private static final List<String> SECTIONS = List.of(".struct_ops", ".struct_ops.link");

    private StructOpsNames() {}

    /** {@return the names of the variables} */
    public static List<String> of(Btf btf) {
        return SECTIONS.stream().flatMap(name -> btf.find(BtfType.DataSec.class, name).stream())
                .flatMap(section -> section.variables().stream())
                .flatMap(place -> btf.type(place.type()) instanceof BtfType.Var variable
                        ? Stream.of(variable.name())
                        : Stream.of())
                .toList();
    }
}
