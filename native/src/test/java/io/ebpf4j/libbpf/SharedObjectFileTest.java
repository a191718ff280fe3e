package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedObjectFileTest {

    @TempDir
    Path folder;

    @Test
    void flaw_absent_noSuchFile() {
        assertThat(SharedObjectFile.flaw(folder.resolve("none"))).hasValue("no such file");
    }

    @Test
    void flaw_directory_saysSo() {
        assertThat(SharedObjectFile.flaw(folder)).hasValue("a directory, not a library file");
    }

    @Test
    void flaw_empty_notElf() throws IOException {
        assertThat(SharedObjectFile.flaw(write(new byte[0])))
                .hasValue("not an ELF file, it begins with [] instead of [7f 45 4c 46]");
    }

    @Test
    void flaw_magicOnly_notElf() throws IOException {
        assertThat(SharedObjectFile.flaw(write(new byte[]{0x7f, 'E', 'L', 'F'})))
                .hasValue("not an ELF file, it begins with [7f 45 4c 46] instead of [7f 45 4c 46]");
    }

    @Test
    void flaw_objectFileOfEitherByteOrder_notSharedLibrary() throws IOException {
        assertThat(SharedObjectFile.flaw(write(header(1, 1, 0))))
                .hasValue("an ELF file, but not a shared library (e_type 1, expected 3)");
        assertThat(SharedObjectFile.flaw(write(header(2, 0, 1))))
                .hasValue("an ELF file, but not a shared library (e_type 1, expected 3)");
    }

    @Test
    void flaw_sharedLibraryOfEitherByteOrder_none() throws IOException {
        assertThat(SharedObjectFile.flaw(write(header(1, 3, 0)))).isEmpty();
        assertThat(SharedObjectFile.flaw(write(header(2, 0, 3)))).isEmpty();
    }

    // To open the one that is a byte short ends the JVM with SIGBUS.
    @Test
    @RequiresLibbpf
    void flaw_realLibraryCutAnywhere_saysHowMuchIsThere() throws IOException {
        byte[] whole = Files.readAllBytes(NativeLibrary.location());
        assertThat(SharedObjectFile.flaw(write(whole))).isEmpty();
        long needed = segmentsEnd(whole);

        assertThat(SharedObjectFile.flaw(write(Arrays.copyOf(whole, (int) needed)))).isEmpty();
        for (int length : new int[]{(int) needed - 1, whole.length / 2, 4096}) {
            assertThat(SharedObjectFile.flaw(write(Arrays.copyOf(whole, length))))
                    .hasValue("cut off, it has %d bytes of the %d that its segments take".formatted(length, needed));
        }
    }

    @Test
    void flaw_segmentBeyondAllNumbers_saysCutOff() throws IOException {
        ByteBuffer file = ByteBuffer.allocate(64 + 56).order(ByteOrder.LITTLE_ENDIAN).put(header(1, 3, 0));
        file.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 1);
        file.putInt(64, 1).putLong(64 + 8, Long.MAX_VALUE).putLong(64 + 32, 2);

        assertThat(SharedObjectFile.flaw(write(file.array()))).hasValue(
                "cut off, it has 120 bytes of the 9223372036854775807 that its segments take");
    }

    @Test
    void flaw_programHeadersOutside_leftToTheDynamicLinker() throws IOException {
        for (long at : new long[]{120, Long.MAX_VALUE, -1}) {
            ByteBuffer file = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).put(header(1, 3, 0));
            file.putLong(32, at).putShort(54, (short) 56).putShort(56, (short) -1);

            assertThat(SharedObjectFile.flaw(write(file.array()))).as("e_phoff %d", at).isEmpty();
        }
    }

    private static long segmentsEnd(byte[] library) {
        ByteBuffer file = ByteBuffer.wrap(library).order(ByteOrder.nativeOrder());
        long end = 0;
        for (int i = 0; i < file.getShort(56); i++) {
            int at = Math.toIntExact(file.getLong(32)) + i * 56;
            if (file.getInt(at) == 1) {
                end = Math.max(end, file.getLong(at + 8) + file.getLong(at + 32));
            }
        }
        return end;
    }

    private static byte[] header(int data, int type0, int type1) {
        byte[] header = new byte[64];
        header[0] = 0x7f;
        header[1] = 'E';
        header[2] = 'L';
        header[3] = 'F';
        header[4] = 2;
        header[5] = (byte) data;
        header[16] = (byte) type0;
        header[17] = (byte) type1;
        return header;
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("file"), bytes);
    }
}
