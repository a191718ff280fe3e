package io.ebpf4j.samples;

import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;

/**
 * The arguments of the demo.
 *
 * @param seconds how long to run; empty for until Ctrl-C
 * @param port where metrics are served; 0 for any that is free
 * @param replay whether to show recorded maps instead of the running kernel
 */
record DemoOptions(OptionalInt seconds, int port, boolean replay) {
    static final String USAGE = """
            usage: ./demo [--seconds N] [--port P] [--replay]
              --seconds N   end after N seconds, 1 or more (default: run until Ctrl-C)
              --port P      serve http://localhost:P/metrics; 0 takes any free port (default: 9091)
              --replay      show recorded data instead of this kernel; needs no rights""";
    private static final int DEFAULT_PORT = 9091;

    /** Exceptions that this throws tell the user what to correct. */
    static DemoOptions parse(String... arguments) {
        OptionalInt seconds = OptionalInt.empty();
        int port = DEFAULT_PORT;
        boolean replay = false;
        for (Iterator<String> rest = List.of(arguments).iterator(); rest.hasNext();) {
            String argument = rest.next();
            switch (argument) {
                case "--seconds" -> seconds = OptionalInt.of(number(argument, rest, 1, Integer.MAX_VALUE));
                case "--port" -> port = number(argument, rest, 0, 65535);
                case "--replay" -> replay = true;
                default -> throw new IllegalArgumentException("unknown argument '" + argument + "'");
            }
        }
        return new DemoOptions(seconds, port, replay);
    }

    private static int number(String option, Iterator<String> rest, int least, int most) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a number");
        }
        String text = rest.next();
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                option + " needs a number from " + least + " to " + most + ", not '" + text + "'");
    }
}
