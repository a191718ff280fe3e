package io.ebpf4j.internal.kernel.live.walk;

import io.ebpf4j.insn.Arithmetic;
import io.ebpf4j.insn.Branch;
import io.ebpf4j.insn.Code;
import io.ebpf4j.insn.Operand;
import io.ebpf4j.insn.Size;
import io.ebpf4j.insn.Store;
import io.ebpf4j.insn.Width;
import io.ebpf4j.internal.insn.CodeBuilder;
import io.ebpf4j.internal.insn.CodeBuilder.Label;
import java.nio.ByteOrder;

/**
 * The program, of two functions. In C, for a hash that is not of a per-CPU kind:
 *
 * {@snippet lang = c :
 * struct row { u8 key[KEY_SIZE] aligned(8); u8 value[VALUE_SIZE] aligned(8); };
 *
 * static int step(struct bpf_map *map, const void *key, const void *value, s64 *count)
 * {
 *     u32 index = *count;
 *     struct row *row = bpf_map_lookup_elem(&rows, &index);
 *
 *     if (!row) {
 *         *count = -1;
 *         return 1;                           // and no further
 *     }
 *     memcpy(row->key, key, KEY_SIZE);        // word by word
 *     memcpy(row->value, value, VALUE_SIZE);
 *     if (bpf_map_lookup_elem(&table, row->key) == value)
 *         *count += 1;
 *     return 0;
 * }
 *
 * SEC("syscall") int walk(s64 *context)       // 0 when it begins
 * {
 *     s64 count = *context;
 *
 *     bpf_for_each_map_elem(&table, step, &count, 0);
 *     *context = count;
 *     return 0;
 * }
 * }
 *
 * <p>The kernel walks without a lock, and gives the place of a row that is removed to the next one that is added, be it of
 * another key. So a row counts only if, once it is copied, its key is still found where it was copied from: then key and
 * value belong together. Of a per-CPU kind, {@code value} is that of this CPU, and all are copied from where
 * {@code bpf_map_lookup_percpu_elem} finds them.
 *
 * <p>That the count comes from outside is for the verifier's sake: of a constant 0 it would go through the first step,
 * and the second, and on to the last row, for each of which it knows the index.
 *
 * @param code both functions
 * @param step where the second one begins, in words
 */
record WalkCode(Code code, int step) {
    private static final int MAP_LOOKUP_ELEM = 1;
    private static final int GET_SMP_PROCESSOR_ID = 8;
    private static final int FOR_EACH_MAP_ELEM = 164;
    private static final int MAP_LOOKUP_PERCPU_ELEM = 195;

    private static final int KEY = 6;
    /** Which CPU this is; the key is copied by then. */
    private static final int OWN = KEY;
    private static final int VALUE = 7;
    private static final int COUNT = 8;
    private static final int ROW = 9;
    private static final int FRAME = 10;
    private static final Operand NONE = new Operand.Constant(0);

    /**
     * {@return the program}
     *
     * @param layout of the rows
     * @param table file descriptor of the hash
     * @param rows file descriptor of an array with a value for each row
     * @param order the byte order of this machine
     */
    static WalkCode of(WalkLayout layout, int table, int rows, ByteOrder order) {
        var builder = new CodeBuilder();
        Label step = builder.label();
        walk(builder, table, step);
        int begin = builder.size();
        builder.bind(step);
        step(builder, layout, table, rows);
        return new WalkCode(builder.build("walk", order), begin);
    }

    private static void walk(CodeBuilder builder, int table, Label step) {
        builder.copy(KEY, 1)
                .load(Size.DOUBLE, 1, KEY, 0)
                .store(Size.DOUBLE, FRAME, -8, 1)
                .map(1, table)
                .address(2, step)
                .copy(3, FRAME)
                .with(add(3, -8))
                .set(4, 0)
                .call(FOR_EACH_MAP_ELEM)
                .load(Size.DOUBLE, 1, FRAME, -8)
                .store(Size.DOUBLE, KEY, 0, 1)
                .set(0, 0)
                .exit();
    }

    private static void step(CodeBuilder builder, WalkLayout layout, int table, int rows) {
        Label full = builder.label();
        Label gone = builder.label();
        builder.copy(KEY, 2)
                .copy(VALUE, 3)
                .copy(COUNT, 4)
                .load(Size.DOUBLE, 1, COUNT, 0)
                .store(Size.WORD, FRAME, -4, 1)
                .copy(2, FRAME)
                .with(add(2, -4))
                .map(1, rows)
                .call(MAP_LOOKUP_ELEM)
                .branch(Branch.Condition.EQUAL, 0, NONE, full)
                .copy(ROW, 0);
        copy(builder, ROW, 0, KEY, layout.keySize());
        if (layout.cpus() == 0) {
            copy(builder, ROW, layout.valueOffset(), VALUE, layout.valueSize());
        }
        if (layout.cpus() > 0) {
            builder.call(GET_SMP_PROCESSOR_ID).copy(OWN, 0);
        }
        for (int cpu = 0; cpu < layout.cpus(); cpu++) {
            Label found = builder.label();
            builder.copy(0, VALUE)
                    .branch(Branch.Condition.EQUAL, OWN, new Operand.Constant(cpu), found)
                    .map(1, table)
                    .copy(2, ROW)
                    .set(3, cpu)
                    .call(MAP_LOOKUP_PERCPU_ELEM)
                    .branch(Branch.Condition.EQUAL, 0, NONE, gone)
                    .bind(found);
            copy(builder, ROW, layout.valueOffset() + cpu * layout.valueStride(), 0, layout.valueSize());
        }
        builder.map(1, table)
                .copy(2, ROW)
                .call(MAP_LOOKUP_ELEM)
                .branch(Branch.Condition.NOT_EQUAL, 0, new Operand.Register(VALUE), gone)
                .load(Size.DOUBLE, 1, COUNT, 0)
                .with(add(1, 1))
                .store(Size.DOUBLE, COUNT, 0, 1)
                .bind(gone)
                .set(0, 0)
                .exit()
                .bind(full)
                .with(new Store(Size.DOUBLE, COUNT, 0, new Operand.Constant(-1)))
                .set(0, 1)
                .exit();
    }

    /** To where bytes begin on a multiple of 8, as keys and values do; a store never goes beyond the last one. */
    private static void copy(CodeBuilder builder, int to, int toOffset, int from, int bytes) {
        int done = 0;
        for (Size size : new Size[]{Size.DOUBLE, Size.WORD, Size.HALF, Size.BYTE}) {
            for (; bytes - done >= size.bytes(); done += size.bytes()) {
                builder.load(size, 1, from, done).store(size, to, toOffset + done, 1);
            }
        }
    }

    private static Arithmetic add(int register, int number) {
        return new Arithmetic(Arithmetic.Operation.ADD, Width.BITS_64, register, new Operand.Constant(number));
    }
}
