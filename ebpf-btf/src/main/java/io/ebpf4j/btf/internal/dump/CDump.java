package io.ebpf4j.btf.internal.dump;

import io.ebpf4j.btf.internal.TypeTable;
import java.io.IOException;

/** A header in C. */
public final class CDump {
    private static final String FRAME_BEGIN = """
            #ifndef __VMLINUX_H__
            #define __VMLINUX_H__

            #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
            #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
            #endif

            """;
    private static final String FRAME_END = """
            #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
            #pragma clang attribute pop
            #endif

            #endif /* __VMLINUX_H__ */
            """;

    private CDump() {}

    /**
     * Writes types with all that they need.
     *
     * @param roots the ids of the types
     * @param framed whether as a whole header file
     */
    public static void write(TypeTable table, int[] roots, boolean framed, Appendable receiver) throws IOException {
        for (int root : roots) {
            table.check(root);
        }
        var image = new Image(table);
        var budget = new Budget(table);
        var ends = new ChainEnds(image);
        var order = new Order(image, ends, budget);
        var out = new Output(receiver, image.texts(), budget);
        var definitions = new Definitions(image, ends, out, budget);
        out.put(framed ? FRAME_BEGIN : "");
        for (int root : roots) {
            var needed = order.of(root);
            for (int i = 0; i < needed.size(); i++) {
                definitions.write(needed.get(i));
            }
        }
        out.put(framed ? FRAME_END : "").flush();
    }
}
