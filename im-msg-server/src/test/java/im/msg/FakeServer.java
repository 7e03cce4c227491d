package im.msg;

import im.netlib.Admission;
import im.netlib.Connection;
import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.PduServer;
import im.netlib.Router;
import im.netlib.Session;
import im.netlib.Transport;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A server behind the msg-server, as a test wants it to be. It can go away and come back on the same port. */
abstract class FakeServer implements AutoCloseable {
    /** One link of a msg-server. */
    record Peer(Connection connection) implements Session {}

    /** As much as the real ones take. */
    static final int MAX_FRAME = 512 << 10;

    private final EventLoopGroup loops = Transport.eventLoops("fake", 1);
    private final Set<Connection> links = ConcurrentHashMap.newKeySet();
    private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
    private final int port;
    private PduServer server;

    FakeServer() throws IOException {
        bind(0);
        this.port = server.address().getPort();
    }

    abstract Router<Peer> router();

    private void bind(int onPort) throws IOException {
        server = PduServer.bind(
                getClass().getSimpleName(),
                loops,
                new InetSocketAddress("127.0.0.1", onPort),
                ConnectionSettings.forLinks(Duration.ofSeconds(5)),
                Admission.ofAll(),
                connection -> {
                    links.add(connection);
                    connection.become(router(), new Peer(connection), new Limits(MAX_FRAME, Duration.ofSeconds(30)));
                });
    }

    /** An answer that the test wants to be late. */
    void hold(Runnable answer) {
        held.add(answer);
    }

    boolean holdsSomething() {
        return !held.isEmpty();
    }

    /** Gives the answers that were held back. */
    void answerHeld() {
        for (Runnable answer = held.poll(); answer != null; answer = held.poll()) {
            answer.run();
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    void goAway() {
        server.stopAccepting();
        links.forEach(connection -> connection.close("the test wants it"));
        links.forEach(connection -> connection.closed().awaitUninterruptibly(5, TimeUnit.SECONDS));
        links.clear();
    }

    void comeBack() throws IOException {
        bind(port);
    }

    @Override
    public void close() {
        goAway();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
