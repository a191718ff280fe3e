package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
