package io.ebpf4j.samples;

import io.ebpf4j.BpfException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * All probes at once: JSON events on standard output, one a line, and metrics served over HTTP. Everything else goes to
 * standard error, also the metrics as read once from the own endpoint. Where the kernel does not let it, and with
 * {@code --replay}, it shows recorded maps.
 *
 * <p>Exit status: 0 at the end of {@code --seconds}, 1 when it cannot run, 2 for wrong arguments.
 */
public final class Demo {
    private static final int SCRAPE_AFTER_SECONDS = 3;
    private static final int LONGEST_FAREWELL_SECONDS = 5;
    private static final int FAILED = 1;
    private static final int WRONG_ARGUMENTS = 2;

    private final DemoOptions options;
    private final PrintStream notes;
    private final CountDownLatch stop;

    private Demo(DemoOptions options, PrintStream notes, CountDownLatch stop) {
        this.options = options;
        this.notes = notes;
        this.stop = stop;
    }

    /**
     * Runs it.
     *
     * @param arguments see {@code --help}
     * @throws InterruptedException when interrupted
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length == 1 && arguments[0].equals("--help")) {
            System.out.println(DemoOptions.USAGE);
            return;
        }
        int status = withInterrupts(arguments);
        if (status != 0) {
            System.exit(status);
        }
    }

    /**
     * Ctrl-C asks the demo to end and waits until it has, so that the probes are gone before the process is. Not for ever,
     * though: where nobody reads standard output, what writes to it waits too, and then the kernel cleans up after us.
     */
    private static int withInterrupts(String[] arguments) throws InterruptedException {
        var stop = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.countDown();
            awaitEnd(ended);
        }, "demo-interrupted"));
        try {
            return run(arguments, stop);
        } finally {
            ended.countDown();
        }
    }

    private static int run(String[] arguments, CountDownLatch stop) throws InterruptedException {
        DemoOptions options;
        try {
            options = DemoOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("demo: " + e.getMessage());
            System.err.println(DemoOptions.USAGE);
            return WRONG_ARGUMENTS;
        }
        try {
            new Demo(options, System.err, stop).run();
            return 0;
        } catch (BindException e) {
            System.err.println("demo: port " + options.port() + " cannot be had (" + e.getMessage()
                    + "); choose another one with --port, or any with --port 0");
        } catch (BpfException | IOException e) {
            System.err.println("demo: " + e.getMessage());
        }
        return FAILED;
    }

    private static void awaitEnd(CountDownLatch ended) {
        try {
            ended.await(LONGEST_FAREWELL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() throws IOException, InterruptedException {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (var endpoint = MetricsEndpoint.open(options.port(), registry::scrape);
                var probes = start(registry);
                var traffic = Traffic.between(new InetSocketAddress(Inet4Address.ofLiteral("127.0.0.1"), 0),
                        new InetSocketAddress(Inet4Address.ofLiteral("127.0.0.2"), 0))) {
            probes.whyRecorded().ifPresentOrElse(why -> note("showing recorded data, for " + why),
                    () -> note("these probes run in the kernel: " + probes.programs()));
            note("metrics are at " + endpoint.uri() + (options.seconds().isPresent() ? "" : "; Ctrl-C ends"));
            repeat(probes, endpoint, traffic);
        }
        note("ended, nothing is left in the kernel");
    }

    private RunningProbes start(PrometheusMeterRegistry registry) {
        return options.replay()
                ? RunningProbes.recorded(registry, "--replay asks for it")
                : RunningProbes.liveOrRecorded(registry);
    }

    private void repeat(RunningProbes probes, MetricsEndpoint endpoint, Traffic traffic)
            throws IOException, InterruptedException {
        boolean live = probes.whyRecorded().isEmpty();
        int seconds = options.seconds().orElse(Integer.MAX_VALUE);
        for (int second = 1; second <= seconds; second++) {
            if (live) {
                traffic.round();
            }
            if (stop.await(1, TimeUnit.SECONDS) || System.out.checkError()) {
                return; // interrupted, or nobody reads our events any more
            }
            if (second == Math.min(seconds, SCRAPE_AFTER_SECONDS)) {
                if (live) {
                    note("made so far: " + traffic);
                }
                showScrape(endpoint);
            }
        }
    }

    /** A row that one scrape finds is shown by the next one at the latest, so the second one is shown. */
    private void showScrape(MetricsEndpoint endpoint) throws IOException {
        endpoint.read();
        String scrape = endpoint.read();
        note("begin of " + endpoint.uri());
        notes.print(scrape);
        note("end of " + endpoint.uri());
    }

    private void note(String text) {
        notes.println("demo: " + text);
    }
}
