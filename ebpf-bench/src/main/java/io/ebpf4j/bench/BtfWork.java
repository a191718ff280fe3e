package io.ebpf4j.bench;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfDump;
import io.ebpf4j.btf.BtfLayout;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Struct;
import java.util.List;

/** What is done with a kernel's types; each returns something that depends on all of the work. */
final class BtfWork {
    static final String PRESENT = "task_struct";
    static final String ABSENT = "no_such_struct_anywhere";

    private BtfWork() {}

    /** {@return the sum of the bit offsets and of the lengths of the names of all members of a struct of 300} */
    static long walk(Btf btf) {
        long sum = 0;
        for (var member : btf.find(Struct.class, PRESENT).orElseThrow().members()) {
            sum += member.bitOffset() + member.name().length();
        }
        return sum;
    }

    /** {@return the same, the place of each of all types being known before} */
    static long indexAndWalk(Btf btf) {
        if (btf.size() <= 1) {
            throw new IllegalStateException(btf + " has no types");
        }
        return walk(btf);
    }

    /** {@return 1, for there is no such struct} */
    static long absent(Btf btf) {
        return btf.find(Struct.class, ABSENT).isEmpty() ? 1 : 0;
    }

    /** {@return the sum of the ids of all types, each made as a record} */
    static long inflate(Btf btf) {
        long sum = 0;
        List<BtfType> types = btf.types();
        for (int id = 0; id < types.size(); id++) {
            sum += types.get(id).id();
        }
        return sum;
    }

    /** {@return how long the text of all types in C is} */
    static long dump(Btf btf) {
        return BtfDump.c(btf).length();
    }

    /** {@return how many fields a struct has} */
    static long layout(Btf btf, int id) {
        return BtfLayout.of(btf, id).fields().size();
    }

    /** {@return the struct's id} */
    static int present(Btf btf) {
        return btf.find(Struct.class, PRESENT).orElseThrow().id();
    }
}
