package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfEditor;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.btf.BtfType.Member;
import io.ebpf4j.btf.MalformedBtfException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a kernel that never ran, with one good module and two broken ones. */
class KernelBtfTest {
    @TempDir
    private Path directory = Path.of("");

    private int u32;
    private int list;

    @BeforeEach
    void writeFiles() throws IOException {
        var kernel = BtfEditor.create(ByteOrder.LITTLE_ENDIAN, "vmlinux");
        u32 = kernel.append(new BtfType.Int(0, "unsigned int", 4, 0, 32, 0));
        list = kernel.append(new BtfType.Struct(0, "list_head", 16, List.of()));
        Btf vmlinux = kernel.toBtf();
        Files.write(directory.resolve("vmlinux"), kernel.toBytes());

        var module = BtfEditor.create(vmlinux, "good");
        module.append(new BtfType.Struct(0, "good_device", 24,
                List.of(new Member("list", list, 0, 0), new Member("unsigned int", u32, 128, 0))));
        Files.write(directory.resolve("good"), module.toBytes());
        byte[] cut = module.toBytes();
        cut[24 + 7] = 0x7e;
        Files.write(directory.resolve("cut"), cut);
        Files.write(directory.resolve("empty"), new byte[0]);
        Files.createDirectory(directory.resolve("subdirectory"));
    }

    @Test
    void modules_someBroken_areReadOnTheKernelAndSkippedWithTheReason() {
        try (var kernel = KernelBtf.open(directory)) {
            assertThat(kernel.modules()).containsOnlyKeys("good");
            var good = kernel.module("good").orElseThrow();
            assertThat(good.base()).containsSame(kernel.vmlinux());
            assertThat(good.firstId()).isEqualTo(kernel.vmlinux().size()).isEqualTo(3);
            var device = good.find(BtfType.Struct.class, "good_device").orElseThrow();
            assertThat(device.id()).isEqualTo(3);
            // The name is the kernel's text: the module has only what the kernel lacks.
            assertThat(device.members()).containsExactly(new Member("list", list, 0, 0),
                    new Member("unsigned int", u32, 128, 0));
            assertThat(good.type(list).name()).isEqualTo("list_head");
            assertThat(kernel.vmlinux().find(BtfType.Struct.class, "good_device")).isEmpty();

            assertThat(kernel.module("cut")).isEmpty();
            assertThat(kernel.skipped()).containsOnlyKeys("cut", "empty").containsEntry("cut",
                    "cut: BTF: type 3 at offset 24 is of kind 126, which is not known, and the file has no layout table"
                            + " that tells its size: a newer ebpf4j may know it")
                    .containsEntry("empty", "empty: BTF: needs 2 bytes at offset 0, but there are 0");
        }
    }

    @Test
    void close_twice_endsItAndKeepsRecords() {
        var kernel = KernelBtf.open(directory);
        var found = kernel.vmlinux().find(BtfType.Struct.class, "list_head").orElseThrow();
        kernel.close();
        kernel.close();
        assertThat(found.size()).isEqualTo(16);
        assertThatThrownBy(kernel::vmlinux).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        assertThatThrownBy(kernel::modules).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void open_withoutOrWithBrokenVmlinux_throws() throws IOException {
        Files.write(directory.resolve("vmlinux"), new byte[64]);
        assertThatThrownBy(() -> KernelBtf.open(directory)).isInstanceOf(MalformedBtfException.class)
                .hasMessage("vmlinux: BTF: magic at offset 0 is 0x0000, BTF has 0xeb9f in its own byte order");
        Files.delete(directory.resolve("vmlinux"));
        assertThatThrownBy(() -> KernelBtf.open(directory)).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("vmlinux: cannot be read: java.nio.file.NoSuchFileException");
    }
}
