package io.ebpf4j.internal.kernel.live.info;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Another reader of the same kernel. */
public final class Bpftool {
    private Bpftool() {}

    /** {@return what {@code bpftool -j arguments..} prints} */
    public static String run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("bpftool", "-j"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(command + ": " + output);
            }
            return output;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(command + " cannot be run; install bpftool", e);
        }
    }

    static long number(String json, String key) {
        return Long.parseLong(find(json, "\"" + key + "\":(\\d+)"));
    }

    static String text(String json, String key) {
        return find(json, "\"" + key + "\":\"([^\"]*)\"");
    }

    private static String find(String json, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(json);
        if (!matcher.find()) {
            throw new AssertionError(pattern + " is not in " + json);
        }
        return matcher.group(1);
    }
}
