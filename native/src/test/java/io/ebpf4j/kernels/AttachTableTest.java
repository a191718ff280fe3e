package io.ebpf4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** native/kernels/AttachTable.java on a repository of its own. */
class AttachTableTest {
    private static final String HEAD = """
            <!-- attach kinds: written by native/kernels/AttachTable.java, not by hand -->
            """;
    private static final String TABLE = """
            | attach kind | Linux 6.18.44 (host), libbpf 1.5 | Linux 6.1, libbpf 1.5 | Linux 6.12 |
            |---|---|---|---|
            | kprobe | refused (1) | passed | - |
            | tcx | passed | refused (2) | - |

            1. `` kprobe | `x` of lib/a.so ``
            2. `` needs Linux 6.6 ``
            """;
    private static final String TAIL = """
            <!-- end of attach kinds -->
            after
            """;

    @TempDir
    static Path classes;

    @TempDir
    Path root;

    private record Result(int status, String output) {}

    /** Once, as `java AttachTable.java` would do it each time. */
    @BeforeAll
    static void compile() {
        var source = Path.of(System.getProperty("ebpf4j.root", ".."), "native", "kernels", "AttachTable.java");
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", classes.toString(), "-Xlint:all",
                "-Werror", source.toString())).isZero();
    }

    @BeforeEach
    void tableIsEmpty() throws IOException {
        write("ebpf-core/README.md", "before\n" + HEAD + TAIL);
    }

    @Test
    void write_ofWhatRan_thenOfOneKernel_keepsTheOthersColumns() throws Exception {
        hostRan();
        guestRan("tcx\t6.1.0-56-amd64\t1.5\trefused\tneeds Linux 6.6\nkprobe\t6.1.0-56-amd64\t1.5\tpassed\t\n");
        assertThat(run("write").output()).isEmpty();
        assertThat(readme()).isEqualTo("before\n" + HEAD + TABLE + TAIL);

        Files.delete(root.resolve("ebpf-core/target/attach-report.tsv"));
        guestRan("kprobe\t6.1.0-56-amd64\t1.5\tpassed\t\n");
        assertThat(run("write").output()).isEmpty();
        assertThat(readme()).isEqualTo("before\n" + HEAD
                + TABLE.replace("passed | refused (2) |", "passed | - |").replace("2. `` needs Linux 6.6 ``\n", "")
                + TAIL);
    }

    @Test
    void check_cellOfAKernelThatRan_isComparedByStateAlone() throws Exception {
        write("ebpf-core/README.md", HEAD + TABLE + TAIL);
        guestRan("kprobe\t6.1.0\t1.5\trefused\tpid 7\ntcx\t6.1.0\t1.5\trefused\tanother message\n");
        var result = run("check");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.output()).contains("Linux 6.18.44 (host), libbpf 1.5: not compared, it did not run",
                "1 cells of ",
                "kprobe in Linux 6.1, libbpf 1.5: the table says passed, seen was refused: pid 7\n");
    }

    @Test
    void check_kernelThatRanAndReportedNothing_hasLostItsCells() throws Exception {
        write("ebpf-core/README.md", HEAD + TABLE + TAIL);
        write("native/kernels/target/6.1/end", "");
        assertThat(run("check").output()).contains("tcx in Linux 6.1, libbpf 1.5: the table says refused, seen was -");
    }

    @Test
    void check_anotherHost_isNotCompared() throws Exception {
        write("ebpf-core/README.md", HEAD + TABLE + TAIL);
        write("ebpf-core/target/attach-report.tsv", "kprobe\t6.8.0-31-generic\t1.5\tpassed\t\n");
        var result = run("check");
        assertThat(result.output()).contains(
                "Linux 6.18.44 (host), libbpf 1.5: not compared, what ran is Linux 6.8.0 (host), libbpf 1.5\n");
        assertThat(result.status()).isZero();
    }

    @Test
    void check_sameKernelWithAnotherLibbpf_fails() throws Exception {
        write("ebpf-core/README.md", HEAD + TABLE + TAIL);
        guestRan("kprobe\t6.1.0\t1.1\tpassed\t\n");
        var result = run("check");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.output())
                .contains("the column Linux 6.1, libbpf 1.5 is to be compared with Linux 6.1, libbpf 1.1\n");
    }

    @Test
    void report_brokenOrContradictingItself_namesTheLine() throws Exception {
        guestRan("kprobe\t6.1.0\t1.5\tpassed\t\nkprobe\t6.1.0\t1.5\tattached\t\n");
        assertThat(run("check").output()).contains("attach.tsv:2: 'kprobe\t6.1.0\t1.5\tattached\t' is not: kind, ");
        guestRan("kprobe\t6.1.0\t1.5\tpassed\t\nkprobe\t6.1.0\t1.5\trefused\tx\n");
        assertThat(run("write").output()).contains("attach.tsv:2: kprobe is refused, and was passed in a line before");
    }

    private void hostRan() throws IOException {
        write("ebpf-core/target/attach-report.tsv", "kprobe\t6.18.44-x\t1.5\trefused\tkprobe | `x` of " + root
                + "/lib/a.so\ntcx\t6.18.44-x\t1.5\tpassed\tnot shown\n");
    }

    private void guestRan(String report) throws IOException {
        write("native/kernels/target/6.1/end", "");
        write("native/kernels/target/6.1/attach.tsv", report);
    }

    private String readme() throws IOException {
        return Files.readString(root.resolve("ebpf-core/README.md"));
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private Result run(String command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", classes.toString(), "AttachTable", command, root.toString())
                .redirectErrorStream(true).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
