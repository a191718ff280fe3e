package io.ebpf4j.samples;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Something for the probes to see: files that are opened, and connections over loopback. */
final class Traffic implements AutoCloseable {
    private final Path directory;
    private final List<ServerSocket> servers = new ArrayList<>();
    private int rounds;

    private Traffic(Path directory) {
        this.directory = directory;
    }

    /** Listens on these addresses; port 0 is any that is free. */
    static Traffic between(InetSocketAddress... addresses) throws IOException {
        Traffic traffic = new Traffic(Files.createTempDirectory("ebpf4j-demo"));
        try {
            for (InetSocketAddress address : addresses) {
                traffic.servers.add(new ServerSocket(address.getPort(), 0, address.getAddress()));
            }
        } catch (IOException e) {
            traffic.close();
            throw e;
        }
        return traffic;
    }

    /** Writes a file, reads it, misses one, and connects to each server once more than to the one before. */
    void round() throws IOException {
        Path hello = directory.resolve("hello.txt");
        Files.writeString(hello, "hello, kernel\n");
        Files.readString(hello);
        try {
            Files.readString(directory.resolve("missing.txt"));
        } catch (NoSuchFileException e) {
            // that was the point
        }
        for (int i = 0; i < servers.size(); i++) {
            for (int n = 0; n <= i; n++) {
                connect(servers.get(i));
            }
        }
        rounds++;
    }

    private static void connect(ServerSocket server) throws IOException {
        try (var client = new Socket(server.getInetAddress(), server.getLocalPort()); var peer = server.accept()) {
            client.getOutputStream().write('\n');
            peer.getInputStream().read();
        }
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket server : servers) {
            server.close();
        }
        Files.deleteIfExists(directory.resolve("hello.txt"));
        Files.delete(directory);
    }

    /** {@return what was done so far} */
    @Override
    public String toString() {
        return servers.stream()
                .map(server -> rounds * (servers.indexOf(server) + 1) + " x "
                        + server.getInetAddress().getHostAddress() + ':' + server.getLocalPort())
                .collect(Collectors.joining(", ", 3 * rounds + " opens in " + directory + "; connections: ", ""));
    }
}
