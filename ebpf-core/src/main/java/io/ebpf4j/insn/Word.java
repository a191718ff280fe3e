package io.ebpf4j.insn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Eight bytes of code, cut into their fields and not yet understood.
 *
 * {@snippet lang = c :
 * struct bpf_insn {          // <linux/bpf.h>
 *     __u8  code;            // opcode
 *     __u8  dst_reg:4;       // the upper four bits on a big-endian machine
 *     __u8  src_reg:4;
 *     __s16 off;
 *     __s32 imm;
 * };
 * }
 *
 * @param opcode {@code code}, 0 to 255: the lower three bits are the class
 * @param dst {@code dst_reg}, 0 to 15, though there are only 11 registers
 * @param src {@code src_reg}, 0 to 15: a register, or which kind of a call or constant it is
 * @param offset {@code off}, signed 16 bits
 * @param immediate {@code imm}, signed 32 bits
 */
public record Word(int opcode, int dst, int src, int offset, int immediate) {
    /** How many bytes it has. */
    public static final int SIZE = 8;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when a number does not fit its field
     */
    public Word {
        Fields.check("opcode", opcode, 0, 0xff);
        Fields.register(dst);
        Fields.register(src);
        Fields.offset(offset);
    }

    /**
     * {@return the word at an offset}
     *
     * @param bytes code
     * @param at where in it, in bytes
     * @param order the byte order of the machine that runs it
     * @throws IndexOutOfBoundsException when fewer than 8 bytes are there
     */
    public static Word read(MemorySegment bytes, long at, ByteOrder order) {
        long all = bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), at);
        boolean little = order == ByteOrder.LITTLE_ENDIAN;
        int registers = (int) (little ? all >>> 8 : all >>> 48) & 0xff;
        int low = registers & 0xf;
        int high = registers >>> 4;
        return new Word((int) (little ? all : all >>> 56) & 0xff, little ? low : high, little ? high : low,
                (short) (little ? all >>> 16 : all >>> 32), (int) (little ? all >>> 32 : all));
    }

    /**
     * {@return the eight bytes}
     *
     * @param order the byte order of the machine that is to run them
     */
    public byte[] toBytes(ByteOrder order) {
        int registers = order == ByteOrder.LITTLE_ENDIAN ? src << 4 | dst : dst << 4 | src;
        return ByteBuffer.allocate(SIZE).order(order).put((byte) opcode).put((byte) registers).putShort((short) offset)
                .putInt(immediate).array();
    }

    /** {@return whether it is the first half of an instruction of two words, {@code ld_imm64}} */
    public boolean isWide() {
        return opcode == LoadImmediate.OPCODE;
    }
}
