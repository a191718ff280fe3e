package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.libbpf.gen.Libc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class DescriptorsTest {

    @Test
    void open_folder_isThatFolderAndClosedByExec(@TempDir Path folder) throws IOException {
        int fd = Descriptors.open(folder, Libc.O_RDONLY());
        try {
            assertThat(fd).isGreaterThan(2);
            assertThat(file(fd)).isEqualTo(folder.toRealPath());
            assertThat(flags(fd) & Libc.O_CLOEXEC()).isEqualTo(Libc.O_CLOEXEC());
        } finally {
            assertThat(Descriptors.close(fd)).isZero();
        }
    }

    @Test
    void open_nameBeyondAscii_isThatFile(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("gr\u00fcn \u2603"));
        int fd = Descriptors.open(file, Libc.O_WRONLY());
        try {
            assertThat(file(fd)).isEqualTo(file.toRealPath());
            assertThat(flags(fd) & 3).isEqualTo(Libc.O_WRONLY());
        } finally {
            Descriptors.close(fd);
        }
    }

    @Test
    void open_missing_isMinusEnoent(@TempDir Path folder) {
        assertThat(Descriptors.open(folder.resolve("none"), Libc.O_RDONLY())).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void open_creating_isRefused(@TempDir Path folder) {
        Path file = folder.resolve("new");

        assertThatThrownBy(() -> Descriptors.open(file, Libc.O_CREAT() | Libc.O_WRONLY()))
                .isInstanceOf(IllegalArgumentException.class).hasMessage(
                        "O_CREAT in flags 0x41: only what exists is opened");
        assertThat(file).doesNotExist();
    }

    @Test
    void duplicate_outlivesTheFirst(@TempDir Path folder) throws IOException {
        int first = Descriptors.open(folder, Libc.O_RDONLY());
        int second = Descriptors.duplicate(first);
        Descriptors.close(first);
        try {
            assertThat(second).isGreaterThan(2).isNotEqualTo(first);
            assertThat(file(second)).isEqualTo(folder.toRealPath());
            assertThat(flags(second) & Libc.O_CLOEXEC()).isEqualTo(Libc.O_CLOEXEC());
        } finally {
            Descriptors.close(second);
        }
    }

    @Test
    void ioctl_ofWhatHasNone_isMinusEnotty(@TempDir Path folder) {
        int fd = Descriptors.open(folder, Libc.O_RDONLY());
        try {
            assertThat(Descriptors.ioctl(fd, 0x5401, 0)).isEqualTo(-25);
        } finally {
            Descriptors.close(fd);
        }
    }

    @Test
    void everything_ofNoDescriptor_isMinusEbadf() {
        assertThat(Descriptors.duplicate(-1)).isEqualTo(-Errno.EBADF);
        assertThat(Descriptors.ioctl(-1, 0x5401, 0)).isEqualTo(-Errno.EBADF);
        assertThat(Descriptors.close(-1)).isEqualTo(-Errno.EBADF);
    }

    private static Path file(int fd) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd));
    }

    private static int flags(int fd) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream().filter(line -> line.startsWith("flags:"))
                .map(line -> Integer.parseInt(line.substring(6).strip(), 8)).findFirst().orElseThrow();
    }
}
