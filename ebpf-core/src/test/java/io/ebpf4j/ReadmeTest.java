package io.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.testing.Fixtures;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The code in the module's README compiles. */
class ReadmeTest {
    /** {@return a class of a fragment, with what the text around it takes for granted} */
    private static String around(String fragment) {
        return """
                import io.ebpf4j.*;
                import java.lang.foreign.*;
                import java.net.*;
                import java.nio.file.*;
                import java.time.*;
                import java.util.*;
                class Fragment {
                    record Traffic(long packets, long bytes) {}
                    BpfProgram program;
                    BpfProgram filter;
                    Runnable service;
                    void run() throws Exception {
                        %s
                    }
                }
                """.formatted(fragment);
    }

    static List<String> fragments() throws IOException {
        String readme = Files.readString(Fixtures.ROOT.resolve("ebpf-core/README.md"));
        return Pattern.compile("(?ms)^```java\\n(.*?)^```$").matcher(readme).results().map(block -> block.group(1))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("fragments")
    void fragment_ofTheReadme_compiles(String fragment, @TempDir Path classes) {
        var source = new SimpleJavaFileObject(URI.create("string:///Fragment.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return around(fragment);
            }
        };
        var said = new StringWriter();
        var path = System.getProperty("jdk.module.path", "") + System.getProperty("path.separator")
                + System.getProperty("java.class.path");
        boolean compiled = ToolProvider.getSystemJavaCompiler().getTask(said, null, null,
                List.of("-proc:none", "-classpath", path, "-d", classes.toString()), null, List.of(source)).call();
        assertThat(compiled).as(said + fragment).isTrue();
    }
}
