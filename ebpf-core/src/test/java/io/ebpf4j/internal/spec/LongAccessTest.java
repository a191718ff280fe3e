package io.ebpf4j.internal.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfExt;
import io.ebpf4j.elf.ElfEditor;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.testing.Fixtures;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A way to a member may be as long as the file; one that is checked step by step in recursion ends the thread. */
class LongAccessTest {
    private static final int STRINGS_SIZE = 20;
    private static final int RELOCATIONS = 24;

    private static byte[] section(ElfFile elf, String name, int extra) {
        byte[] bytes = elf.contents(elf.section(name).orElseThrow()).toArray(ValueLayout.JAVA_BYTE);
        return Arrays.copyOf(bytes, bytes.length + extra);
    }

    private static ByteBuffer numbers(byte[] section) {
        return ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void access_ofManySteps_isChecked() {
        String access = "0" + ":1".repeat(100_000);
        byte[] text = (access + "\0").getBytes(StandardCharsets.UTF_8);
        var elf = ElfFile.parse(Fixtures.path("core_relocations"));

        byte[] types = section(elf, ".BTF", text.length);
        int offset = numbers(types).getInt(STRINGS_SIZE);
        numbers(types).putInt(STRINGS_SIZE, offset + text.length).put(types.length - text.length, text);

        // the header, the size of a record, section and count, then the first record: offset, type, access
        byte[] records = section(elf, ".BTF.ext", 0);
        ByteBuffer header = numbers(records);
        header.putInt(header.getInt(4) + header.getInt(RELOCATIONS) + 4 + 8 + 8, offset);

        var editor = ElfEditor.of(elf).replaceContents(elf.section(".BTF").orElseThrow().index(), types)
                .replaceContents(elf.section(".BTF.ext").orElseThrow().index(), records);
        var damaged = ElfFile.parse(editor.toBytes(), "long.o");
        var btf = Btf.of(damaged).orElseThrow();
        assertThat(BtfExt.of(damaged, btf).orElseThrow().relocations().getFirst().access()).isEqualTo(access);
        assertThatCode(() -> LoadChecks.check(damaged, btf)).doesNotThrowAnyException();
    }
}
