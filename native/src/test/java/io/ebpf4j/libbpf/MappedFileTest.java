package io.ebpf4j.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class MappedFileTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void map_file_hasItsBytesUntilTheArenaCloses() throws IOException {
        Path file = Files.writeString(directory.resolve("größe"), "sixteen bytes...");
        MemorySegment mapped;
        try (Arena arena = Arena.ofShared()) {
            mapped = MappedFile.map(file, 16, arena).orElseThrow();
            assertThat(mapped.toArray(ValueLayout.JAVA_BYTE)).asString().isEqualTo("sixteen bytes...");
            assertThat(mappings()).isEqualTo(1);
        }
        assertThat(mappings()).isZero();
        assertThatThrownBy(() -> mapped.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void map_whatTheKernelRefuses_isEmptyAndLeavesNoDescriptor() throws IOException {
        long before = descriptors();
        try (Arena arena = Arena.ofConfined()) {
            assertThat(MappedFile.map(directory.resolve("missing"), 16, arena)).isEmpty();
            assertThat(MappedFile.map(directory, 16, arena)).isEmpty();
            assertThat(MappedFile.map(Files.createFile(directory.resolve("empty")), 0, arena)).isEmpty();
        }
        assertThat(descriptors()).isEqualTo(before);
    }

    @Test
    void map_intoAnArenaThatIsClosed_throwsAndLeavesNoMapping() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "sixteen bytes...");
        Arena closed;
        try (Arena arena = Arena.ofShared()) {
            closed = arena;
        }
        assertThatThrownBy(() -> MappedFile.map(file, 16, closed)).isInstanceOf(IllegalStateException.class);
        assertThat(mappings()).isZero();
    }

    private long mappings() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains(directory.toString())).count();
        }
    }

    private static long descriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
