package io.ebpf4j.testing;

import io.ebpf4j.BpfException;
import io.ebpf4j.BpfProgram;
import io.ebpf4j.LoadOptions;
import java.nio.file.Path;
import java.util.Arrays;

/** Loads an object twice, and prints what it is told each time. After the file come options, as {@code disable:function}. */
public final class LoadMain {
    private LoadMain() {}

    public static void main(String[] arguments) {
        LoadOptions options = LoadOptions.defaults();
        for (String argument : Arrays.asList(arguments).subList(1, arguments.length)) {
            options = with(options, argument.split(":", 2));
        }
        for (int i = 0; i < 2; i++) {
            try (var program = BpfProgram.load(Path.of(arguments[0]), options)) {
                System.out.println("loaded: " + program);
            } catch (BpfException e) {
                System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
    }

    private static LoadOptions with(LoadOptions options, String[] option) {
        return switch (option[0]) {
            case "enable" -> options.enable(option[1]);
            case "disable" -> options.disable(option[1]);
            case "kconfig" -> options.kconfig(option[1]);
            default -> throw new IllegalArgumentException(option[0]);
        };
    }
}
