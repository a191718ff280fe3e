package io.ebpf4j.samples;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/** The code in README.md: taken out, compiled, run. */
final class Readme {
    /** How the Java in it loads a program. */
    static final String LOAD = "BpfProgram.load(Path.of(\"tcpconnect.bpf.o\"))";
    /** How it reads one without a kernel. */
    static final String READ = "ProgramSpec.read(Path.of(\"tcpconnect.bpf.o\"))";

    private static final Path ROOT = Path.of(System.getProperty("ebpf4j.root"));
    private static final Path FILE = ROOT.resolve("README.md");
    private static final Pattern CLASS = Pattern.compile("(?m)^class (\\w+) ");
    /** What the text around a fragment takes for granted. */
    private static final String AROUND = """
            import io.ebpf4j.*;
            import io.ebpf4j.attach.*;
            import io.ebpf4j.btf.*;
            import io.ebpf4j.insn.*;
            import io.micrometer.core.instrument.*;
            import io.micrometer.core.instrument.simple.*;
            import java.net.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;
            class Fragment {
                public static void main(String[] args) throws Exception {
                    MeterRegistry registry = new SimpleMeterRegistry();
                    Runnable service = () -> System.out.println("service runs");
                    %s
                }
            }
            """;

    private Readme() {}

    /** {@return the one whole class} */
    static String embeddingExample() throws IOException {
        List<String> classes = blocks("java").stream().filter(block -> CLASS.matcher(block).find()).toList();
        if (classes.size() != 1) {
            throw new AssertionError("README.md has " + classes.size() + " Java classes instead of one");
        }
        return classes.getFirst();
    }

    /** {@return the parts that are no whole class but have some text, each as one that is} */
    static List<String> fragments(String with) throws IOException {
        return fragments(FILE, with);
    }

    /** {@return the same, of the README of a module} */
    static List<String> fragmentsOf(String module, String with) throws IOException {
        return fragments(ROOT.resolve(module).resolve("README.md"), with);
    }

    private static List<String> fragments(Path file, String with) throws IOException {
        return blocks(file, "java").stream().filter(block -> !CLASS.matcher(block).find() && block.contains(with))
                .map(AROUND::formatted).toList();
    }

    /** {@return the probe} */
    static String probe() throws IOException {
        return blocks("c").getFirst();
    }

    /** {@return what the text says comes out: metrics and events} */
    static List<String> excerpts() throws IOException {
        return Files.readAllLines(FILE).stream().filter(line -> line.matches(" {4}(ebpf_|\\{).*")).map(String::strip)
                .toList();
    }

    /** {@return how the text says to compile it} */
    static String compileCommand() throws IOException {
        return Files.readAllLines(FILE).stream().filter(line -> line.startsWith("clang ")).findFirst().orElseThrow();
    }

    private static List<String> blocks(String language) throws IOException {
        return blocks(FILE, language);
    }

    private static List<String> blocks(Path file, String language) throws IOException {
        return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$").matcher(Files.readString(file)).results()
                .map(block -> block.group(1)).toList();
    }

    /** Compiles a class into a directory, runs its main method and returns what it printed. */
    static String run(String source, Path directory) throws Exception {
        Matcher name = CLASS.matcher(source);
        if (!name.find()) {
            throw new AssertionError("no class in: " + source);
        }
        Path file = Files.writeString(directory.resolve(name.group(1) + ".java"), source);
        int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-Xlint:all,-try", "-Werror",
                "-proc:none",
                "-classpath", System.getProperty("java.class.path"), "-d", directory.toString(), file.toString());
        if (failed != 0) {
            throw new AssertionError("this does not compile: " + source);
        }
        PrintStream out = System.out;
        var printed = new ByteArrayOutputStream();
        try (var loader = new URLClassLoader(new URL[]{directory.toUri().toURL()});
                var captured = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(captured);
            var main = loader.loadClass(name.group(1)).getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(out);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
