package io.ebpf4j.samples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Serves metrics to this machine over HTTP, as Prometheus reads them.
 *
 * @param server runs already
 */
record MetricsEndpoint(HttpServer server) implements AutoCloseable {
    private static final String PATH = "/metrics";

    /**
     * Begins to serve.
     *
     * @param port 0 for any that is free
     * @param scrape yields the text
     * @throws java.net.BindException when the port is taken
     */
    static MetricsEndpoint open(int port, Supplier<String> scrape) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext(PATH, exchange -> answer(exchange, scrape.get()));
        server.start();
        return new MetricsEndpoint(server);
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** {@return where it is} */
    URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + PATH);
    }

    /** {@return what a client is served} */
    String read() throws IOException {
        try (InputStream in = uri().toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
