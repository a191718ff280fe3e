package io.ebpf4j.testing;

import io.ebpf4j.attach.RawTracepoint;
import java.nio.file.Path;

/** Attaches a function, pins that where it is told, prints the link's number, and ends as programs do. */
public final class PinMain {
    private PinMain() {}

    public static void main(String[] arguments) {
        try (var program = Hits.load("attach_raw", "on_raw")) {
            var attachment = program.function("on_raw").attach(RawTracepoint.of("task_rename"));
            attachment.pin(Path.of(arguments[0]));
            System.out.println(attachment.id().orElseThrow());
        }
    }
}
