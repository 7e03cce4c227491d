package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.proto.Commands;
import im.testkit.Eventually;
import im.testkit.WireClient;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class PduServerIT {
    private static final RawFrame HEARTBEAT =
            new RawFrame(13, 0x1234, 0xbeef, 0x0701, 0xfffe, 48, new byte[] {1, 0, -1, 7});
    private static final Router<Session> TALKERS = Router.<Session>forRole("talker")
            .onPdu(Commands.FILE_STATE, (session, pdu) -> {})
            .build();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T closedLater(T resource) {
        opened.add(resource);
        return resource;
    }

    private TestServer server(Limits limits) throws IOException {
        return closedLater(new TestServer(
                ConnectionSettings.forClients(), connection -> connection.become(TALKERS, new Session() {}, limits)));
    }

    private TestServer server() throws IOException {
        return server(new Limits(4096, Duration.ofSeconds(60)));
    }

    private WireClient connect(TestServer server) throws IOException {
        return closedLater(WireClient.connect(server.address()));
    }

    private static void assertAlive(WireClient client) throws IOException {
        client.sendRaw(HEARTBEAT.bytes());
        assertThat(client.receive().raw()).isEqualTo(HEARTBEAT.bytes());
    }

    @Test
    void aHeartbeatIsEchoedByteForByteWhateverItsHeaderAndBodySay() throws IOException {
        WireClient client = connect(server());

        for (int odd : new int[] {0, 1, 6, 13, 48, 0xffff}) {
            RawFrame heartbeat = new RawFrame(odd, odd, odd, 0x0701, odd, odd, new byte[odd % 50]);
            client.sendRaw(heartbeat.bytes());
            assertThat(client.receive().raw()).isEqualTo(heartbeat.bytes());
        }
    }

    @Test
    void aConnectionThatHasEndedIsForgottenAtOnceAndNotWhenItsLingerLimitIsOver() throws Exception {
        TestServer server = server();
        WireClient client = connect(server);
        assertAlive(client);
        WeakReference<Connection> ended = endedInOrder(server, client);

        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (ended.get() != null) {
            assertThat(System.nanoTime()).as("still in memory").isLessThan(deadline);
            // A loop keeps what it worked on last until it works again.
            assertAlive(connect(server));
            server.accepted();
            System.gc();
        }
    }

    private static WeakReference<Connection> endedInOrder(TestServer server, WireClient client) throws Exception {
        Connection connection = server.accepted();
        connection.closeAfterFlush("the test says so");
        client.expectClosed();
        client.close();
        TestServer.awaitClosed(connection);
        return new WeakReference<>(connection);
    }

    @Test
    void heartbeatsInOneSegmentAreAllEchoedInOrder() throws IOException {
        WireClient client = connect(server());
        byte[][] heartbeats = new byte[500][];
        for (int i = 0; i < heartbeats.length; i++) {
            heartbeats[i] = RawFrame.of(0x0701, i, new byte[i % 7]).bytes();
        }

        client.sendRaw(RawFrame.concat(heartbeats));

        for (byte[] heartbeat : heartbeats) {
            assertThat(client.receive().raw()).isEqualTo(heartbeat);
        }
    }

    static Stream<Arguments> garbage() {
        byte[] random = {(byte) 0xde, (byte) 0xad, (byte) 0xbe, (byte) 0xef, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        return Stream.of(
                Arguments.of("16 bytes of anything", random),
                Arguments.of("length 1", announcing(1)),
                Arguments.of("length 15", announcing(15)),
                Arguments.of("one more than the limit", announcing(4097)),
                Arguments.of("4 GiB", announcing(-1)),
                Arguments.of("an HTTP request", "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes()),
                Arguments.of(
                        "a command of another role",
                        RawFrame.of(0x0103, 1, new byte[0]).bytes()));
    }

    private static byte[] announcing(int length) {
        return ByteBuffer.allocate(16).putInt(length).array();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("garbage")
    void garbageClosesItsOwnConnectionAndNoOther(String what, byte[] garbage) throws IOException {
        TestServer server = server();
        WireClient bystander = connect(server);
        assertAlive(bystander);
        WireClient hostile = connect(server);
        assertAlive(hostile);

        hostile.sendRaw(garbage);

        hostile.expectClosed();
        assertAlive(bystander);
        assertAlive(connect(server));
    }

    @Test
    void whatIsSentBehindGarbageIsNotHandled() throws IOException {
        WireClient hostile = connect(server());

        hostile.sendRaw(RawFrame.concat(HEARTBEAT.bytes(), announcing(1), HEARTBEAT.bytes()));

        assertThat(hostile.receive().raw()).isEqualTo(HEARTBEAT.bytes());
        hostile.expectClosed();
    }

    @Test
    void aSilentPeerIsClosedWhileATalkingOneStays() throws Exception {
        TestServer server = server(new Limits(4096, Duration.ofSeconds(2)));
        WireClient talker = connect(server);
        assertAlive(talker);
        WireClient silent = connect(server);

        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> {
            try {
                silent.expectClosed();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        while (!closed.isDone()) {
            assertAlive(talker);
        }

        closed.join();
        assertAlive(talker);
    }

    @Test
    void closingTheServerEndsItsConnectionsAfterWhatWasSent() throws Exception {
        EventLoopGroup loops = Transport.eventLoops("closing", 2);
        PduServer server = PduServer.bind(
                "closing",
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                ConnectionSettings.forClients(),
                Admission.ofAll(),
                connection -> connection.become(TALKERS, new Session() {}, new Limits(4096, Duration.ofSeconds(60))));
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(closedLater(WireClient.connect(server.address())));
            assertAlive(clients.get(i));
        }
        assertThat(server.connectionCount()).isEqualTo(5);

        server.close();
        server.close();

        for (WireClient client : clients) {
            client.expectClosed();
        }
        loops.forEach(loop -> loop.submit(() -> {}).syncUninterruptibly());
        assertThat(server.connectionCount()).isZero();
        assertThatThrownBy(() -> WireClient.connect(server.address())).isInstanceOf(IOException.class);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void sessionsHaveHeardOfTheirEndWhenTheServerHasClosed() throws Exception {
        EventLoopGroup loops = Transport.eventLoops("closing", 2);
        opened.add(() -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS));
        AtomicInteger heard = new AtomicInteger();
        Session session = new Session() {
            @Override
            public void onClosed() {
                // Long enough to be overtaken.
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                heard.incrementAndGet();
            }
        };
        PduServer server = PduServer.bind(
                "closing",
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                ConnectionSettings.forClients(),
                Admission.ofAll(),
                connection -> connection.become(TALKERS, session, new Limits(4096, Duration.ofSeconds(60))));
        for (int i = 0; i < 3; i++) {
            assertAlive(closedLater(WireClient.connect(server.address())));
        }
        server.close();
        assertThat(heard).hasValue(3);
    }

    @Test
    void aConnectionThatWasBeingAcceptedWhenTheServerClosedIsEndedToo() throws Exception {
        EventLoopGroup loops = Transport.eventLoops("closing", 2);
        opened.add(() -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS));
        PduServer server = PduServer.bind(
                "closing",
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                ConnectionSettings.forClients(),
                Admission.ofAll(),
                connection -> connection.become(TALKERS, new Session() {}, new Limits(4096, Duration.ofSeconds(60))));
        // The first loop accepts; the second would get the connection, but is busy.
        Iterator<EventExecutor> both = loops.iterator();
        both.next();
        SingleThreadEventLoop second = (SingleThreadEventLoop) both.next();
        CountDownLatch free = new CountDownLatch(1);
        second.execute(() -> awaitUninterruptibly(free));
        Eventually.until("the second loop is at work", () -> second.pendingTasks() == 0);
        WireClient client = closedLater(WireClient.connect(server.address()));
        Eventually.until("the connection waits for the second loop", () -> second.pendingTasks() > 0);

        server.close();
        free.countDown();

        client.expectClosed();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoStopsAcceptingKeepsItsConnections() throws Exception {
        TestServer server = server();
        WireClient client = connect(server);
        assertAlive(client);

        server.server().stopAccepting();

        assertAlive(client);
        assertThatThrownBy(() -> connect(server)).isInstanceOf(IOException.class);
    }

    @Test
    void aConnectionThatEndsIsForgotten() throws Exception {
        TestServer server = server();
        WireClient client = connect(server);
        assertAlive(client);
        Connection connection = server.accepted();
        CountDownLatch forgotten = new CountDownLatch(1);
        connection.sessionEnded().addListener(ended -> forgotten.countDown());

        client.close();

        assertThat(forgotten.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(server.server().connectionCount()).isZero();
    }

    @Test
    void anOccupiedPortIsNamedInTheError() throws IOException {
        try (ServerSocket occupied = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = occupied.getLocalPort();

            assertThatThrownBy(() -> new TestServer(port, ConnectionSettings.forClients(), connection -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on 127.0.0.1:" + port
                            + " (test): Address already in use; end what listens there, or set another port");
        }
    }

    @Test
    void aBugInWhatGreetsAConnectionCostsThatConnectionOnly() throws IOException {
        boolean[] broken = {true};
        TestServer server = closedLater(new TestServer(ConnectionSettings.forClients(), connection -> {
            if (broken[0]) {
                broken[0] = false;
                throw new IllegalStateException("oops");
            }
            connection.become(TALKERS, new Session() {}, new Limits(4096, Duration.ofSeconds(60)));
        }));

        connect(server).expectClosed();

        assertAlive(connect(server));
    }

    @Test
    void aDrainedPortHasSentEverybodyAwayWithWhatWasQueuedForThemAndTakesNobody() throws Exception {
        TestServer server = server();
        List<WireClient> clients = List.of(connect(server), connect(server), connect(server));
        for (WireClient client : clients) {
            assertAlive(client);
        }

        server.server().drain(Duration.ofMillis(30)).get(20, TimeUnit.SECONDS);

        for (WireClient client : clients) {
            client.expectClosed();
        }
        InetSocketAddress address = server.address();
        assertThatThrownBy(() -> WireClient.connect(address)).isInstanceOf(IOException.class);
    }

    @Test
    void aPortWithoutConnectionsIsDrainedAtOnce() throws Exception {
        server().server().drain(Duration.ofDays(1)).get(20, TimeUnit.SECONDS);
    }
}
