package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The running kernel's own types. */
class VmlinuxTest {
    private static final Path VMLINUX = Path.of("/sys/kernel/btf/vmlinux");

    @Test
    void types_ofTheRunningKernel_areAllRead() throws IOException {
        if (!Files.isReadable(VMLINUX)) {
            System.out.println("VmlinuxTest: skipped, for there is no readable " + VMLINUX);
        }
        assumeTrue(Files.isReadable(VMLINUX), "no readable " + VMLINUX);
        var btf = Btf.parse(MemorySegment.ofArray(Files.readAllBytes(VMLINUX)), "vmlinux");
        assertThat(btf.size()).isGreaterThan(50_000);

        var task = btf.find(BtfType.Struct.class, "task_struct").orElseThrow();
        var layout = BtfLayout.of(btf, task.id());
        assertThat(layout.size()).isEqualTo(btf.sizeOf(task.id())).isGreaterThan(1000);
        var pid = layout.field("pid").orElseThrow();
        assertThat(btf.typedefs(pid.type())).contains("pid_t");
        assertThat(btf.spell(layout.field("comm").orElseThrow().type())).isEqualTo("char[16]");
        assertThat(layout.field("tgid").orElseThrow().byteOffset()).isEqualTo(pid.byteOffset() + 4);
        assertThat(layout.fields()).anyMatch(BtfLayout.Field::isBitfield);

        int layouts = 0;
        for (var type : btf.types()) {
            if (type instanceof BtfType.Composite composite) {
                assertThat(BtfLayout.of(btf, type.id()).size()).isEqualTo(composite.size());
                assertThat(btf.sizeOf(type.id()) % btf.alignOf(type.id())).as("%s", type).isZero();
                layouts++;
            }
        }
        System.out.println("VmlinuxTest: " + btf.size() + " types, " + layouts + " layouts");
    }
}
