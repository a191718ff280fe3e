package io.ebpf4j;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;

/** Runs a test's class with some jars missing from its class path. */
final class Isolated {
    private Isolated() {}

    /** {@return what a static method of a class gives, when all is loaded anew, but for jars whose names begin so} */
    static Object call(Class<?> type, String method, String... missing) throws Exception {
        URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
                .filter(entry -> Arrays.stream(missing).noneMatch(entry.getFileName().toString()::startsWith))
                .map(Isolated::url).toArray(URL[]::new);
        try (var loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            var found = loader.loadClass(type.getName()).getDeclaredMethod(method);
            found.setAccessible(true);
            Thread current = Thread.currentThread();
            ClassLoader before = current.getContextClassLoader();
            current.setContextClassLoader(loader);
            try {
                return found.invoke(null);
            } finally {
                current.setContextClassLoader(before);
            }
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
