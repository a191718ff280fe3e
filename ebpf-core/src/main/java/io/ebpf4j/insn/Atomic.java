package io.ebpf4j.insn;

/**
 * One indivisible access to {@code *(size *)(base + offset)}: {@code BPF_STX} with {@code BPF_ATOMIC}.
 *
 * @param operation what is done
 * @param size of how many bytes; the verifier takes 4 and 8, and for the last two operations 1 and 2 as well
 * @param base the register with the address: {@code dst_reg}, for {@link Operation#LOAD_ACQUIRE} {@code src_reg}
 * @param offset what is added to it, in bytes, signed 16 bits
 * @param value the register with the value, and for fetching operations and the load, the one that gets the old value;
 *        {@link Operation#COMPARE_EXCHANGE} compares with register 0, and that gets the old value
 */
public record Atomic(Operation operation, Size size, int base, int offset, int value) implements MemoryAccess {
    /** Checks the ranges. */
    public Atomic {
        Fields.register(base);
        Fields.offset(offset);
        Fields.register(value);
    }

    @Override
    public Word word() {
        boolean load = operation == Operation.LOAD_ACQUIRE;
        return new Word(Fields.STX | size.code() | Fields.ATOMIC, load ? value : base, load ? base : value, offset,
                operation.code);
    }

    /** An atomic operation, told by the immediate. */
    public enum Operation {
        /** Adds. */
        ADD(0x00, "+="),
        /** Bitwise or; Linux 5.12, instruction set version 3, as all but {@link #ADD} and the last two. */
        OR(0x40, "|="),
        /** Bitwise and. */
        AND(0x50, "&="),
        /** Bitwise exclusive or. */
        XOR(0xa0, "^="),
        /** Adds and tells what was there before. */
        FETCH_ADD(0x01, "fetch_add"),
        /** Bitwise or, and tells what was there before. */
        FETCH_OR(0x41, "fetch_or"),
        /** Bitwise and, and tells what was there before. */
        FETCH_AND(0x51, "fetch_and"),
        /** Bitwise exclusive or, and tells what was there before. */
        FETCH_XOR(0xa1, "fetch_xor"),
        /** Writes and tells what was there before. */
        EXCHANGE(0xe1, "xchg"),
        /** Writes if register 0 is what was there before, and tells that in register 0. */
        COMPARE_EXCHANGE(0xf1, "cmpxchg"),
        /** Reads; what follows is seen to follow. Linux 6.15, instruction set version 4. */
        LOAD_ACQUIRE(0x100, "load_acquire"),
        /** Writes; what precedes is seen to precede. Linux 6.15, instruction set version 4. */
        STORE_RELEASE(0x110, "store_release");

        private final int code;
        private final String text;

        Operation(int code, String text) {
            this.code = code;
            this.text = text;
        }

        int code() {
            return code;
        }

        String text() {
            return text;
        }
    }
}
