package io.ebpf4j.testing;

import io.ebpf4j.BpfException;
import io.ebpf4j.BpfProgram;
import java.nio.file.Path;

/** Loads an object twice, and prints what it is told each time. */
public final class LoadMain {
    private LoadMain() {}

    public static void main(String[] arguments) {
        for (int i = 0; i < 2; i++) {
            try (var program = BpfProgram.load(Path.of(arguments[0]))) {
                System.out.println("loaded: " + program);
            } catch (BpfException e) {
                System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
    }
}
