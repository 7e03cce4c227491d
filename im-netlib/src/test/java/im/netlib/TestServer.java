package im.netlib;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A port on the loopback whose connections a test can get hold of. */
final class TestServer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final EventLoopGroup loops = Transport.eventLoops("test-server", 2);
    private final BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
    private final PduServer server;

    TestServer(int port, ConnectionSettings settings, Consumer<Connection> onConnected) throws IOException {
        this(port, settings, Admission.ofAll(), onConnected);
    }

    private TestServer(int port, ConnectionSettings settings, Admission admission, Consumer<Connection> onConnected)
            throws IOException {
        try {
            server = PduServer.bind(
                    "test",
                    loops,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    settings,
                    admission,
                    connection -> {
                        onConnected.accept(connection);
                        accepted.add(connection);
                    });
        } catch (IOException e) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    TestServer(Admission admission, Consumer<Connection> onConnected) throws IOException {
        this(0, ConnectionSettings.forClients(), admission, onConnected);
    }

    TestServer(ConnectionSettings settings, Consumer<Connection> onConnected) throws IOException {
        this(0, settings, onConnected);
    }

    PduServer server() {
        return server;
    }

    InetSocketAddress address() {
        return server.address();
    }

    /** The next connection that came in. */
    Connection accepted() throws InterruptedException {
        Connection connection = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (connection == null) {
            throw new AssertionError("nobody connected");
        }
        return connection;
    }

    /** Waits for the end of a connection. */
    static void awaitClosed(Connection connection) {
        if (!connection.closed().awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(connection + " is still open");
        }
    }

    @Override
    public void close() {
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
