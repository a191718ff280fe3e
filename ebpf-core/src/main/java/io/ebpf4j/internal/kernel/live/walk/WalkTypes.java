package io.ebpf4j.internal.kernel.live.walk;

import io.ebpf4j.btf.BtfEditor;
import io.ebpf4j.btf.BtfType.Func;
import io.ebpf4j.btf.BtfType.FuncProto;
import io.ebpf4j.btf.BtfType.Int;
import io.ebpf4j.btf.BtfType.Linkage;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The types of the program's functions. The kernel calls back what these call static, and asks no more of them.
 *
 * @param bytes BTF
 * @param walk the id of the first function
 * @param step the id of the second one
 */
record WalkTypes(MemorySegment bytes, int walk, int step) {
    /** {@return them} */
    static WalkTypes of(ByteOrder order) {
        var editor = BtfEditor.create(order, "walk");
        int number = editor.append(new Int(0, "int", Integer.BYTES, Int.SIGNED, Integer.SIZE, 0));
        int prototype = editor.append(new FuncProto(0, number, List.of()));
        int walk = editor.append(new Func(0, "walk", prototype, Linkage.GLOBAL));
        int step = editor.append(new Func(0, "step", prototype, Linkage.STATIC));
        return new WalkTypes(MemorySegment.ofArray(editor.toBytes()).asReadOnly(), walk, step);
    }
}
