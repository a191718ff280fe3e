package io.ebpf4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;

/** A UDP port of {@code lo} that somebody listens to. */
public final class UdpPort implements AutoCloseable {
    /** The address of {@code lo}. */
    public static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private static final byte[] PAYLOAD = "ebpf4j".getBytes(StandardCharsets.US_ASCII);
    private static final int TIMEOUT_MILLIS = 20_000;

    private final DatagramChannel receiver;

    /** Listens to any port that is free. */
    public UdpPort() {
        try {
            receiver = DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(HERE, 0));
            receiver.socket().setSoTimeout(TIMEOUT_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return its number} */
    public int number() {
        return receiver.socket().getLocalPort();
    }

    /** Sends it some packets, and waits until all are there: whatever is on their way has seen them. */
    public void exchange(int packets) {
        try (var sender = DatagramChannel.open(StandardProtocolFamily.INET)) {
            exchange(sender, packets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #exchange(int)}, from one socket. */
    public void exchange(DatagramChannel sender, int packets) {
        try {
            for (int i = 0; i < packets; i++) {
                send(sender, HERE, number(), 1);
                receiver.socket().receive(new DatagramPacket(new byte[PAYLOAD.length], PAYLOAD.length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends packets that nobody needs to receive. */
    public static void send(DatagramChannel sender, InetAddress host, int port, int packets) throws IOException {
        for (int i = 0; i < packets; i++) {
            sender.send(ByteBuffer.wrap(PAYLOAD), new InetSocketAddress(host, port));
        }
    }

    @Override
    public void close() {
        try {
            receiver.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
