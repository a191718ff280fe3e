package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.testing.ChildJvm;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Kernels;
import io.ebpf4j.testing.Live;
import io.ebpf4j.testing.Syscalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process in a user namespace of its own, which may load nothing there, and loads by a token: a BPF file system of its
 * namespace, in which we, who have all rights, have delegated some.
 */
@Live
class TokenLiveTest {
    private static final String PROBE = "rights_xdp";

    @Test
    void userNamespace_withAToken_loadsWhatItMayNotWithout(@TempDir Path folder) throws IOException {
        assumeTrue(Kernels.since(6, 9), "Linux 6.9 brought tokens");
        List<String> options = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
        if (System.getProperty("ebpf4j.root") != null) {
            options.add("-Debpf4j.root=" + System.getProperty("ebpf4j.root"));
        }
        Process child = ChildJvm.start(List.of("unshare", "--user", "--map-root-user", "--mount"), options, Main.class,
                folder.toString());
        try (var says = child.inputReader(StandardCharsets.UTF_8);
                var told = child.outputWriter(StandardCharsets.UTF_8)) {
            int fileSystem = Syscalls.descriptorOf(child.pid(), Integer.parseInt(says.readLine()));
            for (String right : List.of("delegate_cmds", "delegate_maps", "delegate_progs", "delegate_attachs")) {
                Syscalls.option(fileSystem, right, "any");
            }
            Syscalls.create(fileSystem);
            told.write("go\n");
            told.flush();
            assertThat(says.readLine()).startsWith("without: PrivilegeException: rights_xdp: ")
                    .contains("it runs in a user namespace of its own").contains("give it a BPF token");
            assertThat(says.readLine()).startsWith(NativeLibrary.has("bpf_token_create")
                    ? "with: loaded, tag "
                    : "with: LoadException: rights_xdp: is to be loaded by a token from " + folder
                            + ", which libbpf knows since 1.5");
        } finally {
            child.destroyForcibly();
        }
    }

    /** The child. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws IOException {
            int fileSystem = Syscalls.open("bpf");
            System.out.println(fileSystem);
            System.in.read();
            Path folder = Path.of(arguments[0]);
            Syscalls.mount(fileSystem, folder.toString());
            System.out.println("without: " + load(LoadOptions.defaults()));
            System.out.println("with: " + load(LoadOptions.defaults().token(folder)));
        }

        private static String load(LoadOptions options) {
            try (var program = BpfProgram.load(Fixtures.path("live", PROBE), options.attachNothing())) {
                return "loaded, tag " + program.function("passes").info().tag();
            } catch (BpfException e) {
                return e.getClass().getSimpleName() + ": " + e.getMessage();
            }
        }
    }
}
