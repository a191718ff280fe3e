package io.ebpf4j.elf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** The first bytes, {@code e_ident}: where a newcomer's wrong file is told from a broken one. */
final class ElfIdent {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private ElfIdent() {}

    /**
     * {@return the byte order of the numbers that follow}
     *
     * @param bytes the whole file
     * @param name how messages call it
     */
    static ByteOrder check(MemorySegment bytes, String name) {
        byte[] start = bytes.asSlice(0, Math.min(bytes.byteSize(), 16)).toArray(ValueLayout.JAVA_BYTE);
        if (start.length == 0) {
            throw new MalformedElfException(name + ": the file is empty; expected an object file of clang -target bpf");
        }
        if (!startsWith(start, 0x7f, 'E', 'L', 'F')) {
            throw new MalformedElfException(name + ": not an ELF file: it begins with "
                    + HEX.formatHex(start, 0, Math.min(start.length, 8)) + ", an ELF file with 7f 45 4c 46"
                    + guess(start));
        }
        if (start.length > 4 && start[4] == 1) {
            throw new MalformedElfException(name + ": a 32-bit ELF file (EI_CLASS, at offset 4, is 1); BPF objects are"
                    + " 64-bit: compile with clang -target bpf");
        }
        if (bytes.byteSize() < ElfParser.HEADER_SIZE) {
            throw new MalformedElfException(name + ": cut off in the ELF header: it has " + ElfParser.HEADER_SIZE
                    + " bytes, the file only " + bytes.byteSize());
        }
        expect(name, start, 4, "EI_CLASS", start[4] == 2, "2 (64-bit)");
        expect(name, start, 5, "EI_DATA", start[5] == 1 || start[5] == 2, "1 (little endian) or 2 (big endian)");
        expect(name, start, 6, "EI_VERSION", start[6] == 1, "1");
        return start[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }

    private static void expect(String name, byte[] ident, int offset, String field, boolean right, String expected) {
        if (!right) {
            throw new MalformedElfException(name + ": " + field + ", at offset " + offset + ", is "
                    + Byte.toUnsignedInt(ident[offset]) + "; expected " + expected);
        }
    }

    private static String guess(byte[] start) {
        if (startsWith(start, 'B', 'C', 0xc0, 0xde)) {
            return "; this is LLVM bitcode: compile without -emit-llvm and -flto";
        }
        if (startsWith(start, 0x9f, 0xeb) || startsWith(start, 0xeb, 0x9f)) {
            return "; this is raw BTF, as in /sys/kernel/btf";
        }
        if (startsWith(start, '!', '<', 'a', 'r', 'c', 'h', '>')) {
            return "; this is an archive: give one of its members";
        }
        return "";
    }

    private static boolean startsWith(byte[] start, int... expected) {
        for (int i = 0; i < expected.length; i++) {
            if (i >= start.length || Byte.toUnsignedInt(start[i]) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
