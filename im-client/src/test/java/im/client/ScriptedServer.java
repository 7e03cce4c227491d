package im.client;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A server that a test plays by hand, line by line, on bare blocking sockets and with the protocol's messages alone, so that it
 * cannot share a mistake with the client's networking code.
 */
public final class ScriptedServer implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ServerSocket listener;

    private ScriptedServer(ServerSocket listener) {
        this.listener = listener;
    }

    public static ScriptedServer start() throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        return new ScriptedServer(listener);
    }

    /** Where nobody listens. */
    static HostAndPort nobody() throws IOException {
        try (ScriptedServer gone = start()) {
            return gone.address();
        }
    }

    public HostAndPort address() {
        return HostAndPort.fromParts("127.0.0.1", listener.getLocalPort());
    }

    /** The next connection. */
    public Conversation accept() throws IOException {
        try {
            return new Conversation(listener.accept());
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nobody connected", e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
