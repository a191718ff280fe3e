package io.ebpf4j.internal.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSearchTest {
    @TempDir
    private Path folder;

    private FileSearch search(String variable) {
        return new FileSearch(Map.of(variable, "::/no/such/folder:" + folder + ":"), "amd64");
    }

    @Test
    void path_isTakenAsItIs() {
        assertThat(search("PATH").find(Path.of("/no/such/program"))).hasValue(Path.of("/no/such/program"));
        assertThat(search("PATH").find(Path.of("here/program"))).hasValue(Path.of("here/program").toAbsolutePath());
    }

    @Test
    void library_isSearchedWhereTheLinkerDoes() throws IOException {
        for (String name : new String[]{"libebpf4j_none.so", "libebpf4j_none.so.6"}) {
            Path library = Files.createFile(folder.resolve(name));
            assertThat(search("LD_LIBRARY_PATH").find(Path.of(name))).hasValue(library);
            assertThat(search("PATH").find(Path.of(name))).isEmpty();
        }
    }

    @Test
    void program_isSearchedWhereTheShellDoes_andMustRun() throws IOException {
        Path program = Files.createFile(folder.resolve("ebpf4j_none"));
        assertThat(search("PATH").find(Path.of("ebpf4j_none"))).isEmpty();
        assertThat(program.toFile().setExecutable(true)).isTrue();
        assertThat(search("PATH").find(Path.of("ebpf4j_none"))).hasValue(program);
        assertThat(search("LD_LIBRARY_PATH").find(Path.of("ebpf4j_none"))).isEmpty();
        assertThat(new FileSearch(Map.of(), "amd64").find(Path.of("env"))).hasValue(Path.of("/usr/bin/env"));
    }

    @Test
    void name_withoutBytes_isNone() {
        assertThat(search("LD_LIBRARY_PATH").find(Path.of(""))).isEmpty();
    }
}
