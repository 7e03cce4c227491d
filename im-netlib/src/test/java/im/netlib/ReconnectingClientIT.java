package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.google.common.net.HostAndPort;
import com.google.protobuf.ByteString;
import im.netlib.ReconnectingClient.State;
import im.netlib.ReconnectingClient.Timing;
import im.proto.Commands;
import im.proto.other.IMHeartBeat;
import im.proto.server.IMValidateReq;
import im.proto.server.IMValidateRsp;
import im.testkit.LoggedLines;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ReconnectingClientIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Limits LIMITS = new Limits(4096, Duration.ofSeconds(30));
    private static final Timing HASTY = new Timing(
            Duration.ofSeconds(5), Duration.ofSeconds(20), new Backoff(Duration.ofMillis(1), Duration.ofMillis(10)));
    private static final Router<Session> SILENT =
            Router.<Session>forRole("server").build();

    private final EventLoopGroup loops = Transport.eventLoops("test-client", 1);
    private final EventLoop loop = loops.next();
    private final BlockingQueue<State> states = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS);
    }

    private <T extends AutoCloseable> T closedLater(T resource) {
        opened.add(resource);
        return resource;
    }

    private TestServer server(int port, Consumer<Connection> onConnected) throws IOException {
        return closedLater(new TestServer(port, ConnectionSettings.forLinks(Duration.ofSeconds(5)), onConnected));
    }

    private static void silently(Connection connection) {
        connection.become(SILENT, new Session() {}, LIMITS);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private ReconnectingClient client(int port, Timing timing, ReconnectingClient.Handshake handshake) {
        return client(port, timing, handshake, states::add);
    }

    private ReconnectingClient client(
            int port, Timing timing, ReconnectingClient.Handshake handshake, Consumer<State> onStateChange) {
        return closedLater(new ReconnectingClient(
                "test",
                AddressSource.always(HostAndPort.fromParts("127.0.0.1", port)),
                loop,
                timing,
                ConnectionSettings.forLinks(Duration.ofSeconds(5)),
                handshake,
                onStateChange));
    }

    private static ReconnectingClient.Handshake readyAtOnce() {
        return (connection, ready) -> {
            silently(connection);
            ready.run();
        };
    }

    private State next() throws InterruptedException {
        State state = states.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(state).as("no state came").isNotNull();
        return state;
    }

    private void expect(State... expected) throws InterruptedException {
        for (State state : expected) {
            assertThat(next()).isEqualTo(state);
        }
    }

    private void await(State awaited) throws InterruptedException {
        while (next() != awaited) {
            // What comes before it does not matter here.
        }
    }

    @Test
    void itIsReadyOnlyAfterTheHandshake() throws Exception {
        TestServer server = server(0, ReconnectingClientIT::silently);
        BlockingQueue<Runnable> handshakes = new LinkedBlockingQueue<>();
        ReconnectingClient client = client(server.address().getPort(), HASTY, (connection, ready) -> {
            silently(connection);
            handshakes.add(ready);
        });
        assertThat(client.state()).isEqualTo(State.IDLE);

        client.start();
        Runnable ready = handshakes.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        expect(State.CONNECTING, State.HANDSHAKING);
        assertThat(client.ready()).isEmpty();
        loop.submit(ready).get();
        expect(State.READY);
        assertThat(client.state()).isEqualTo(State.READY);
        assertThat(client.ready()).isPresent();
    }

    @Test
    void aHandshakeThatTakesTooLongIsTriedAgain() throws Exception {
        TestServer server = server(0, ReconnectingClientIT::silently);
        Timing impatient = new Timing(HASTY.connectTimeout(), Duration.ofMillis(50), HASTY.backoff());
        ReconnectingClient client =
                client(server.address().getPort(), impatient, (connection, ready) -> silently(connection));

        client.start();

        expect(State.CONNECTING, State.HANDSHAKING, State.BACKOFF);
        expect(State.CONNECTING, State.HANDSHAKING, State.BACKOFF);
        assertThat(client.ready()).isEmpty();
    }

    @Test
    void aHandshakeThatIsDoneTooLateDoesNotMakeItReady() throws Exception {
        TestServer server = server(0, ReconnectingClientIT::silently);
        BlockingQueue<Runnable> handshakes = new LinkedBlockingQueue<>();
        Timing impatient = new Timing(HASTY.connectTimeout(), Duration.ofMillis(50), HASTY.backoff());
        ReconnectingClient client = client(server.address().getPort(), impatient, (connection, ready) -> {
            silently(connection);
            handshakes.add(ready);
        });

        client.start();
        expect(State.CONNECTING, State.HANDSHAKING, State.BACKOFF);
        loop.submit(handshakes.take()).get();

        assertThat(next()).isEqualTo(State.CONNECTING);
        assertThat(client.ready()).isEmpty();
    }

    @Test
    void aServerThatIsAwayAtFirstIsFoundWhenItComes() throws Exception {
        int port = freePort();
        ReconnectingClient client = client(port, HASTY, readyAtOnce());

        client.start();
        expect(State.CONNECTING, State.BACKOFF, State.CONNECTING, State.BACKOFF);
        server(port, ReconnectingClientIT::silently);

        await(State.READY);
        assertThat(client.ready()).isPresent();
        assertThat(client.losses()).as("it was never there before").isZero();
    }

    @Test
    void aServerThatDiesAndComesBackAtItsPortIsFoundAgain() throws Exception {
        TestServer first = server(0, ReconnectingClientIT::silently);
        int port = first.address().getPort();
        ReconnectingClient client = client(port, HASTY, readyAtOnce());
        client.start();
        expect(State.CONNECTING, State.HANDSHAKING, State.READY);
        Connection lost = client.ready().orElseThrow();
        assertThat(client.losses()).isZero();

        first.close();

        expect(State.BACKOFF);
        server(port, ReconnectingClientIT::silently);
        await(State.READY);
        assertThat(client.ready().orElseThrow()).isNotSameAs(lost);
        assertThat(client.losses()).isOne();
    }

    @Test
    void aServerThatAcceptsAndHangsUpIsTriedAgain() throws Exception {
        TestServer server = server(0, connection -> {
            silently(connection);
            connection.close("go away");
        });

        client(server.address().getPort(), HASTY, (connection, ready) -> silently(connection))
                .start();

        for (int round = 0; round < 3; round++) {
            await(State.BACKOFF);
            expect(State.CONNECTING);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"IDLE", "CLOSED"},
            mode = EnumSource.Mode.EXCLUDE)
    void closingInAnyStateIsTheLastThatHappens(State closeIn) throws Exception {
        TestServer server = server(0, ReconnectingClientIT::silently);
        // To get to BACKOFF the handshake has to fail.
        ReconnectingClient.Handshake handshake = closeIn == State.BACKOFF
                ? (connection, ready) -> {
                    silently(connection);
                    connection.close("failed");
                }
                : readyAtOnce();
        CompletableFuture<ReconnectingClient> made = new CompletableFuture<>();
        ReconnectingClient client = client(server.address().getPort(), HASTY, handshake, state -> {
            states.add(state);
            if (state == closeIn) {
                made.join().close();
            }
        });
        made.complete(client);

        client.start();

        await(State.CLOSED);
        assertThat(client.state()).isEqualTo(State.CLOSED);
        assertThat(client.ready()).isEmpty();
        assertNothingMoreHappens();
    }

    /** What would still happen is due on the loop within the longest back-off, so before something that is due later. */
    private void assertNothingMoreHappens() throws InterruptedException, ExecutionException {
        Duration later = HASTY.backoff().cap().plusMillis(50);
        loop.schedule(() -> {}, later.toMillis(), TimeUnit.MILLISECONDS).get();
        assertThat(states).isEmpty();
    }

    @Test
    void aClientClosedBeforeItsStartNeverConnects() throws Exception {
        TestServer server = server(0, ReconnectingClientIT::silently);
        ReconnectingClient client = client(server.address().getPort(), HASTY, readyAtOnce());

        client.close();
        client.start();
        client.close();

        expect(State.CLOSED);
        assertNothingMoreHappens();
        assertThat(server.server().connectionCount()).isZero();
    }

    @Test
    void closingEndsTheConnectionAfterWhatWasSent() throws Exception {
        BlockingQueue<IMHeartBeat> received = new LinkedBlockingQueue<>();
        CountDownLatch ended = new CountDownLatch(1);
        Router<Session> router = Router.<Session>forRole("client")
                .on(
                        Commands.OTHER_VALIDATE_REQ,
                        (session, message, seq) -> received.add(IMHeartBeat.getDefaultInstance()))
                .build();
        TestServer server = server(
                0,
                connection -> connection.become(
                        router,
                        new Session() {
                            @Override
                            public void onClosed() {
                                ended.countDown();
                            }
                        },
                        LIMITS));
        ReconnectingClient client = client(server.address().getPort(), HASTY, readyAtOnce());
        client.start();
        expect(State.CONNECTING, State.HANDSHAKING, State.READY);

        for (int i = 0; i < 100; i++) {
            client.ready().orElseThrow().send(Commands.OTHER_VALIDATE_REQ, request("anna"));
        }
        client.close();

        expect(State.CLOSED);
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(received).hasSize(100);
    }

    private static IMValidateReq request(String name) {
        return IMValidateReq.newBuilder()
                .setUserName(name)
                .setPassword("secret")
                .build();
    }

    @Test
    void aSilentLinkSendsHeartbeats() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener.setSoTimeout(20_000);
            ReconnectingClient client = closedLater(new ReconnectingClient(
                    "test",
                    AddressSource.always(HostAndPort.fromParts("127.0.0.1", listener.getLocalPort())),
                    loop,
                    HASTY,
                    ConnectionSettings.forLinks(Duration.ofMillis(30)),
                    readyAtOnce(),
                    states::add));
            client.start();

            try (Socket socket = listener.accept()) {
                socket.setSoTimeout(20_000);
                byte[] heartbeat = RawFrame.of(0x0701, 0, new byte[0]).bytes();
                byte[] heard = socket.getInputStream().readNBytes(3 * heartbeat.length);
                assertThat(heard).isEqualTo(RawFrame.concat(heartbeat, heartbeat, heartbeat));
            }
        }
    }

    @Test
    void aServerThatFallsSilentIsLost() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            ReconnectingClient client = client(listener.getLocalPort(), HASTY, (connection, ready) -> {
                connection.become(SILENT, new Session() {}, new Limits(4096, Duration.ofMillis(50)));
                ready.run();
            });

            client.start();

            expect(State.CONNECTING, State.HANDSHAKING, State.READY, State.BACKOFF, State.CONNECTING);
        }
    }

    @Test
    void requestsGetTheirAnswersAndFailAtOnceWhenTheLinkIsLost() throws Exception {
        BlockingQueue<Connection> withoutAnswer = new LinkedBlockingQueue<>();
        TestServer server = server(
                0,
                connection -> connection.become(
                        Router.<Session>forRole("client")
                                .on(Commands.OTHER_VALIDATE_REQ, (session, message, seq) -> {
                                    if (message.getUserName().equals("nobody")) {
                                        withoutAnswer.add(connection);
                                    } else {
                                        connection.send(Commands.OTHER_VALIDATE_RSP, seq, answer(message));
                                    }
                                })
                                .build(),
                        new Session() {},
                        LIMITS));
        RequestCorrelator correlator = new RequestCorrelator(loop, Duration.ofMinutes(1), 100);
        Router<Session> router = Router.<Session>forRole("server")
                .on(
                        Commands.OTHER_VALIDATE_RSP,
                        (session, message, seq) -> correlator.complete(message.getAttachData(), message))
                .build();
        ReconnectingClient client = client(
                server.address().getPort(),
                HASTY,
                (connection, ready) -> {
                    connection.become(router, new Session() {}, LIMITS);
                    ready.run();
                },
                state -> {
                    if (state != State.READY) {
                        correlator.failAll("lost");
                    }
                    states.add(state);
                });
        client.start();
        await(State.READY);

        CompletableFuture<IMValidateRsp> answered = ask(client, correlator, "anna");
        assertThat(answered.get(20, TimeUnit.SECONDS).getUserName()).isEqualTo("anna");
        CompletableFuture<IMValidateRsp> unanswered = ask(client, correlator, "nobody");
        withoutAnswer.take().close("server dies");

        assertThat(unanswered).failsWithin(PATIENCE).withThrowableThat().withCauseInstanceOf(LinkLostException.class);
        await(State.READY);
        assertThat(ask(client, correlator, "berta").get(20, TimeUnit.SECONDS).getUserName())
                .isEqualTo("berta");
    }

    private static CompletableFuture<IMValidateRsp> ask(
            ReconnectingClient client, RequestCorrelator correlator, String name) {
        return correlator.call(
                IMValidateRsp.class,
                (ByteString token) -> client.ready()
                        .orElseThrow()
                        .send(
                                Commands.OTHER_VALIDATE_REQ,
                                request(name).toBuilder().setAttachData(token).build()));
    }

    private static IMValidateRsp answer(IMValidateReq request) {
        return IMValidateRsp.newBuilder()
                .setUserName(request.getUserName())
                .setResultCode(0)
                .setAttachData(request.getAttachData())
                .build();
    }

    @Test
    void aBugInWhoeverListensToTheStateIsLoggedAndChangesNothing() throws Exception {
        int port = freePort();
        try (LoggedLines log = new LoggedLines(ReconnectingClient.class)) {
            client(port, HASTY, readyAtOnce(), state -> {
                        states.add(state);
                        throw new IllegalStateException("oops");
                    })
                    .start();
            expect(State.CONNECTING, State.BACKOFF, State.CONNECTING, State.BACKOFF);
            server(port, ReconnectingClientIT::silently);

            await(State.READY);

            assertThat(log.at(Level.ERROR)).isNotEmpty();
        }
    }

    @Test
    void aBugInTheHandshakeEndsTheConnectionAtOnce() throws Exception {
        TestServer server = server(0, ReconnectingClientIT::silently);
        try (LoggedLines log = new LoggedLines(Connection.class)) {
            Timing patient = new Timing(HASTY.connectTimeout(), Duration.ofHours(1), HASTY.backoff());
            client(server.address().getPort(), patient, (connection, ready) -> {
                        throw new IllegalStateException("oops");
                    })
                    .start();

            expect(State.CONNECTING, State.HANDSHAKING, State.BACKOFF, State.CONNECTING);
            assertThat(log.at(Level.ERROR)).isNotEmpty();
        }
    }

    @Test
    void aNameIsLookedUp() throws Exception {
        TestServer server = server(0, ReconnectingClientIT::silently);
        ReconnectingClient client = closedLater(new ReconnectingClient(
                "test",
                AddressSource.always(
                        HostAndPort.fromParts("localhost", server.address().getPort())),
                loop,
                HASTY,
                ConnectionSettings.forLinks(Duration.ofSeconds(5)),
                readyAtOnce(),
                states::add));

        client.start();

        expect(State.CONNECTING, State.HANDSHAKING, State.READY);
    }

    @Test
    void aNameThatDoesNotExistIsTriedAgain() throws Exception {
        ReconnectingClient client = closedLater(new ReconnectingClient(
                "test",
                AddressSource.always(HostAndPort.fromParts("does-not-exist.invalid", 1)),
                loop,
                HASTY,
                ConnectionSettings.forLinks(Duration.ofSeconds(5)),
                readyAtOnce(),
                states::add));

        client.start();

        expect(State.CONNECTING, State.BACKOFF, State.CONNECTING, State.BACKOFF);
    }
}
