package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.file.IMFileState;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PduClientIT {
    private static final Limits LIMITS = new Limits(4096, Duration.ofSeconds(30));
    private static final IMFileState GREETING = IMFileState.newBuilder()
            .setState(ClientFileState.CLIENT_FILE_PEER_READY)
            .setTaskId("t")
            .setUserId(1)
            .build();

    private final EventLoopGroup loops = Transport.eventLoops("test-client", 1);
    private final EventLoop loop = loops.next();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final BlockingQueue<Connection> connected = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS);
    }

    private void connect(int port, Consumer<Connection> onConnected) {
        connect(HostAndPort.fromParts("127.0.0.1", port), onConnected);
    }

    private void connect(HostAndPort address, Consumer<Connection> onConnected) {
        PduClient.connect(
                address,
                loop,
                Duration.ofSeconds(10),
                ConnectionSettings.forLinks(Duration.ofSeconds(5)),
                connection -> {
                    assertThat(loop.inEventLoop()).isTrue();
                    connected.add(connection);
                    onConnected.accept(connection);
                },
                why -> {
                    assertThat(loop.inEventLoop()).isTrue();
                    failure.complete(why);
                });
    }

    @Test
    void whatTheServerSaysAtOnceIsHandledInTheFirstRole() throws Exception {
        CompletableFuture<IMFileState> heard = new CompletableFuture<>();
        Router<Session> router = Router.<Session>forRole("server")
                .on(Commands.FILE_STATE, (session, message, seq) -> heard.complete(message))
                .build();
        try (TestServer server = new TestServer(ConnectionSettings.forClients(), connection -> {
            connection.become(Router.<Session>forRole("client").build(), new Session() {}, LIMITS);
            connection.loop().execute(() -> connection.send(Commands.FILE_STATE, GREETING));
        })) {
            connect(server.address().getPort(), connection -> connection.become(router, new Session() {}, LIMITS));

            assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo(GREETING);
            assertThat(failure).isNotDone();
        }
    }

    @Test
    void aServerThatIsNotThereIsAFailure() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        connect(port, connection -> {});

        assertThat(failure.get(20, TimeUnit.SECONDS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(Integer.toString(port))
                .hasMessageStartingWith("Connection refused");
        assertThat(connected).isEmpty();
    }

    @Test
    void anAddressOfAnInterfaceThatThisMachineHasNotIsAFailure() throws Exception {
        connect(HostAndPort.fromParts("fe80::1%no-such-if", 8600), connection -> {});

        assertThat(failure.get(20, TimeUnit.SECONDS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-if");
        assertThat(connected).isEmpty();
    }

    @Test
    void aBugInWhatFollowsEndsTheConnection() throws Exception {
        try (TestServer server = new TestServer(
                ConnectionSettings.forClients(),
                connection ->
                        connection.become(Router.<Session>forRole("client").build(), new Session() {}, LIMITS))) {
            connect(server.address().getPort(), connection -> {
                throw new IllegalStateException("oops");
            });

            TestServer.awaitClosed(server.accepted());
            assertThat(failure).isNotDone();
        }
    }
}
