package io.ebpf4j.insn;

/** What fits where in a {@link Word}. */
final class Fields {
    static final int LD = 0x00;
    static final int LDX = 0x01;
    static final int ST = 0x02;
    static final int STX = 0x03;
    static final int ALU = 0x04;
    static final int JMP = 0x05;
    static final int JMP32 = 0x06;
    static final int ALU64 = 0x07;

    /** The operand of arithmetic and jumps is a register, not the immediate. */
    static final int X = 0x08;

    static final int ABS = 0x20;
    static final int IND = 0x40;
    static final int MEM = 0x60;
    static final int MEMSX = 0x80;
    static final int ATOMIC = 0xc0;
    static final int NOSPEC = 0xc0;

    private Fields() {}

    static int register(int number) {
        return check("register", number, 0, 15);
    }

    static int offset(int value) {
        return check("offset", value, Short.MIN_VALUE, Short.MAX_VALUE);
    }

    static int check(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " " + value + " is not from " + least + " to " + most);
        }
        return value;
    }
}
