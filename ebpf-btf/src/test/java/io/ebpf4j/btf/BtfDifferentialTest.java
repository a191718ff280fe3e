package io.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ebpf4j.btf.BtfType.Composite;
import io.ebpf4j.fuzz.ObjectFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All types of all fixtures, and of the running kernel, against what bpftool reads from them. */
class BtfDifferentialTest {
    private static final Path VMLINUX = Path.of("/sys/kernel/btf/vmlinux");

    @BeforeEach
    void needBpftool() {
        need(Bpftool.installed().isPresent(), "bpftool is not installed; Debian has it in the package bpftool");
    }

    private static void need(boolean present, String otherwise) {
        if (!present) {
            System.out.println("BtfDifferentialTest: skipped, for " + otherwise);
        }
        assumeTrue(present, otherwise);
    }

    @Test
    void types_ofEveryFixture_areThoseThatBpftoolReads(@TempDir Path folder) throws Exception {
        Map<String, byte[]> objects = ObjectFiles.all();
        objects.keySet().removeIf(name -> name.endsWith("/no_btf.bpf.o"));
        int types = 0;
        for (var object : objects.entrySet()) {
            Path file = Files.write(folder.resolve("x.bpf.o"), object.getValue());
            var raw = MemorySegment.ofArray(BtfTarget.section(object.getValue(), ".BTF"));
            types += compare(file, Btf.parse(raw, object.getKey()));
        }
        System.out.println("BtfDifferentialTest: " + types + " types of " + objects.size() + " objects");
        assertThat(types).isGreaterThan(3_000);
    }

    @Test
    void types_ofTheRunningKernel_areThoseThatBpftoolReads() throws Exception {
        need(Files.isReadable(VMLINUX), "there is no readable " + VMLINUX);
        var btf = Btf.parse(MemorySegment.ofArray(Files.readAllBytes(VMLINUX)), "vmlinux");
        int types = compare(VMLINUX, btf);
        System.out.println("BtfDifferentialTest: " + types + " types of the kernel");
    }

    /** {@return how many types there are} */
    private static int compare(Path file, Btf btf) throws IOException, InterruptedException {
        var read = new int[1];
        Bpftool.types(file, expected -> {
            BtfType type = btf.type(++read[0]);
            if (!Bpftool.describe(type).equals(expected)) { // not by AssertJ, which takes longer than all the rest
                assertThat(Bpftool.describe(type)).as(btf.name()).isEqualTo(expected);
            }
            if (type instanceof Composite composite) {
                checkLayout(btf, composite);
            }
        });
        assertThat(read[0]).as(btf.name()).isEqualTo(btf.size() - 1);
        return read[0];
    }

    /** A layout is what its members' offsets add up to. */
    private static void checkLayout(Btf btf, Composite composite) {
        var layout = BtfLayout.of(btf, composite.id());
        var expected = new ArrayList<String>();
        flatten(btf, composite, 0, expected);
        List<String> found = layout.fields().stream()
                .map(f -> place(f.name(), f.type(), f.bitOffset(), f.bitfieldSize())).toList();
        if (!found.equals(expected) || layout.size() != composite.size()) {
            assertThat(found).as("%s: %s", btf.name(), composite).isEqualTo(expected);
            assertThat(layout.size()).as("%s: %s", btf.name(), composite).isEqualTo(composite.size());
        }
    }

    private static void flatten(Btf btf, Composite composite, long from, List<String> places) {
        for (var member : composite.members()) {
            long at = from + member.bitOffset();
            if (member.name().isEmpty() && btf.resolve(member.type()) instanceof Composite anonymous) {
                flatten(btf, anonymous, at, places);
            } else {
                places.add(place(member.name(), member.type(), at, member.bitfieldSize()));
            }
        }
    }

    private static String place(String name, int type, long bitOffset, int bitfieldSize) {
        return name + " of type " + type + " at bit " + bitOffset + " with bits " + bitfieldSize;
    }
}
