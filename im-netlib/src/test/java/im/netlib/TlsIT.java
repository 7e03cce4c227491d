package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.google.common.net.HostAndPort;
import im.netlib.TlsFailures.Reason;
import im.proto.Commands;
import im.proto.base.ClientFileState;
import im.proto.file.IMFileState;
import im.testkit.Eventually;
import im.testkit.LoggedLines;
import im.testkit.TestCertificates;
import im.testkit.TestCertificates.Pair;
import im.testkit.WireClient;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports and links that speak TLS, over real sockets. */
@Timeout(60)
class TlsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Limits LIMITS = new Limits(4096, Duration.ofSeconds(60));
    private static final IMFileState HELLO = IMFileState.newBuilder()
            .setState(ClientFileState.CLIENT_FILE_PEER_READY)
            .setTaskId("t")
            .setUserId(1)
            .build();

    @TempDir
    static Path folder;

    private static TestCertificates ours;
    private static TestCertificates others;
    private static Pair server;
    private static Pair link;
    private static Pair stranger;

    private final EventLoopGroup loops = Transport.eventLoops("test-client", 1);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final BlockingQueue<IMFileState> heard = new LinkedBlockingQueue<>();
    private final LoggedLines log = new LoggedLines(Tls.class);

    private final Router<Session> echo = Router.<Session>forRole("peer")
            .on(Commands.FILE_STATE, (session, message, seq) -> heard.add(message))
            .build();

    @BeforeAll
    static void makeCertificates() throws IOException {
        ours = TestCertificates.in(folder.resolve("ours"));
        others = TestCertificates.in(folder.resolve("others"));
        server = ours.forLoopback("server");
        link = ours.forLoopback("link");
        stranger = others.forLoopback("stranger");
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
        log.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS);
    }

    private static Tls.Identity identity(Pair pair) {
        return new Tls.Identity(pair.certificate(), pair.key());
    }

    private static Tls clientPort(Pair shown) throws IOException {
        return Tls.forClientPort(identity(shown), PATIENCE);
    }

    private static Tls linkPort() throws IOException {
        return Tls.forLinkPort(identity(server), ours.ca(), PATIENCE);
    }

    private static Tls client() throws IOException {
        return Tls.forClient(Optional.of(ours.ca()));
    }

    /** Greets everybody, and takes what they say. */
    private TestServer server(Tls tls) throws IOException {
        TestServer made = new TestServer(ConnectionSettings.forClients().with(tls), connection -> {
            connection.become(echo, new Session() {}, LIMITS);
            connection.send(Commands.FILE_STATE, HELLO);
        });
        opened.add(made);
        return made;
    }

    /** The connection, or why there is none. */
    private CompletableFuture<Connection> dial(TestServer to, String host, Tls tls) {
        CompletableFuture<Connection> made = new CompletableFuture<>();
        PduClient.connect(
                HostAndPort.fromParts(host, to.address().getPort()),
                loops.next(),
                PATIENCE,
                ConnectionSettings.forLinks(Duration.ofSeconds(5)).with(tls),
                connection -> {
                    connection.become(echo, new Session() {}, LIMITS);
                    made.complete(connection);
                },
                made::completeExceptionally);
        return made;
    }

    private static Connection get(CompletableFuture<Connection> connecting) throws Exception {
        return connecting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static String failure(CompletableFuture<Connection> connecting) throws Exception {
        return connecting
                .handle((connection, failure) -> failure == null ? "connected" : failure.getMessage())
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void assertHears(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            assertThat(heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(HELLO);
        }
    }

    private void assertWorks(TestServer port, Tls tls) throws Exception {
        Connection connection = get(dial(port, "127.0.0.1", tls));
        connection.send(Commands.FILE_STATE, HELLO);
        assertHears(2);
        connection.close("done");
    }

    private static void awaitWarning(LoggedLines lines, String words) {
        Eventually.until(
                "a line says: " + words,
                () -> lines.messagesAt(Level.WARN).stream().anyMatch(line -> line.contains(words)));
    }

    private SSLSocket javaClient(TestServer to, String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) Tls.forHttpClient(Optional.of(ours.ca()))
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), to.address().getPort());
        opened.add(socket);
        socket.setSoTimeout(20_000);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        return socket;
    }

    private static String shownTo(SSLSocket client) throws IOException {
        client.startHandshake();
        return ((X509Certificate) client.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    // What works

    @Test
    void bothSidesHearEachOther() throws Exception {
        assertWorks(server(clientPort(server)), client());
        assertThat(log.at(Level.WARN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void thePortSpeaksBothVersionsOfToday(String version) throws Exception {
        SSLSocket client = javaClient(server(clientPort(server)), version);

        assertThat(shownTo(client)).isEqualTo("CN=server");
        assertThat(client.getSession().getProtocol()).isEqualTo(version);
    }

    @Test
    void aCertificateMayBeForAName() throws Exception {
        Connection connection = get(dial(server(clientPort(server)), "localhost", client()));

        assertHears(1);
        connection.close("done");
    }

    @Test
    void linksShowEachOtherWhoTheyAre() throws Exception {
        assertWorks(server(linkPort()), Tls.forLinks(identity(link), ours.ca()));
    }

    // Who is refused

    @Test
    void aServerOfAnotherCaIsNotBelieved() throws Exception {
        TestServer port = server(clientPort(stranger));

        assertThat(failure(dial(port, "127.0.0.1", client())))
                .contains("shows a certificate that is not of a CA that is trusted here");
        assertThat(failure(dial(port, "127.0.0.1", Tls.forClient(Optional.empty()))))
                .contains("shows a certificate that is not of a CA that is trusted here");
    }

    @Test
    void aServerWithTheCertificateOfAnotherHostIsNotBelieved() throws Exception {
        TestServer port = server(clientPort(ours.forHost("elsewhere", "elsewhere.example")));

        assertThat(failure(dial(port, "127.0.0.1", client()))).contains("shows a certificate that is not for it");
        assertThat(failure(dial(port, "127.0.0.1", Tls.forLinks(identity(link), ours.ca()))))
                .contains("shows a certificate that is not for it");
    }

    @Test
    void aLinkWithoutACertificateIsRefusedBeforeAnybodyHearsOfIt() throws Exception {
        TestServer port = server(linkPort());

        dial(port, "127.0.0.1", client());

        awaitWarning(log, "broke TLS off");
        assertThat(port.server().connectionCount()).isZero();
        assertThat(heard).as("nobody was greeted").isEmpty();
    }

    @Test
    void aLinkWithACertificateOfAnotherCaIsRefusedBeforeAnybodyHearsOfIt() throws Exception {
        TestServer port = server(linkPort());

        dial(port, "127.0.0.1", Tls.forLinks(identity(stranger), ours.ca()));

        awaitWarning(log, "not of a CA that is trusted here");
        assertThat(port.server().connectionCount()).isZero();
        assertThat(heard).as("nobody was greeted").isEmpty();
    }

    @Test
    void aLinkThatIsRefusedAfterItsOwnHandshakeEndsAndIsNoBug() throws Exception {
        try (LoggedLines connections = new LoggedLines(Connection.class)) {
            Connection connection = get(dial(server(linkPort()), "127.0.0.1", client()));

            // In TLS 1.3 a client hears afterwards that its certificate did not do, unless the end overtakes that.
            TestServer.awaitClosed(connection);
            assertThat(connections.messagesAt(Level.WARN))
                    .allSatisfy(line -> assertThat(line).contains("broke TLS off", "certificate"));
            assertThat(connections.at(Level.ERROR)).isEmpty();
        }
    }

    // Who speaks something else

    @Test
    void aClientWithoutTlsIsClosedWithOneLineAndHarmsNobody() throws Exception {
        TestServer port = server(clientPort(server));
        Connection healthy = get(dial(port, "127.0.0.1", client()));
        assertHears(1);

        try (WireClient plain = WireClient.connect(port.address())) {
            plain.sendRaw(RawFrame.of(0x0503, 1, "secret".getBytes(StandardCharsets.UTF_8))
                    .bytes());
            plain.expectClosed();
        }

        awaitWarning(log, "does not speak TLS");
        assertThat(log.messagesAt(Level.WARN)).singleElement().asString().doesNotContain("736563726574");
        healthy.send(Commands.FILE_STATE, HELLO);
        assertHears(1);
        healthy.close("done");
    }

    @Test
    void aClientWithTlsIsClosedByAPortWithoutItWithOneLine() throws Exception {
        try (LoggedLines connections = new LoggedLines(Connection.class)) {
            TestServer port = new TestServer(
                    ConnectionSettings.forClients(), connection -> connection.become(echo, new Session() {}, LIMITS));
            opened.add(port);

            assertThat(failure(dial(port, "127.0.0.1", client()))).contains("perhaps it does not speak TLS here");
            assertThat(connections.messagesAt(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("speaks TLS, which is not on for this port");
        }
    }

    @Test
    void aServerThatAnswersSomethingElseIsNamed() throws Exception {
        TestServer port = server(Tls.none());

        assertThat(failure(dial(port, "127.0.0.1", client()))).contains("does not speak TLS");
    }

    @Test
    void whoDoesNotFinishTheHandshakeInTimeIsClosed() throws Exception {
        TestServer port = server(Tls.forClientPort(identity(server), Duration.ofMillis(200)));

        try (Socket silent =
                new Socket(port.address().getAddress(), port.address().getPort())) {
            silent.setSoTimeout(20_000);
            silent.getOutputStream().write(new byte[] {0x16, 3, 1});
            InputStream in = silent.getInputStream();
            while (in.read() >= 0) {
                // An alert, perhaps.
            }
        }

        awaitWarning(log, "did not finish the TLS handshake in time");
    }

    @Test
    void whoOnlyLooksWhetherSomebodyListensCostsNoWarning() throws Exception {
        TestServer port = server(clientPort(server));

        new Socket(port.address().getAddress(), port.address().getPort()).close();
        assertWorks(port, client());

        assertThat(log.at(Level.WARN)).isEmpty();
    }

    @Test
    void aServerThatDoesNotFinishTheHandshakeInTimeIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Connection> made = new CompletableFuture<>();
            PduClient.connect(
                    HostAndPort.fromParts("127.0.0.1", silent.getLocalPort()),
                    loops.next(),
                    Duration.ofMillis(300),
                    ConnectionSettings.forLinks(Duration.ofSeconds(5)).with(client()),
                    made::complete,
                    made::completeExceptionally);

            assertThat(failure(made)).contains("did not finish the TLS handshake in time");
        }
    }

    @Test
    void whyTlsDidNotComeAboutIsCountedAtBothEnds() throws Exception {
        Tls port = linkPort();
        Tls ownLink = Tls.forLinks(identity(link), ours.ca());
        Tls misled = Tls.forLinks(identity(link), others.ca());
        TestServer server = server(port);

        get(dial(server, "127.0.0.1", ownLink)).close("done");
        failure(dial(server, "127.0.0.1", misled));
        failure(dial(server, "127.0.0.1", Tls.forLinks(identity(stranger), ours.ca())));
        failure(dial(server(clientPort(ours.forHost("other", "other.example"))), "127.0.0.1", ownLink));
        try (WireClient plain = WireClient.connect(server.address())) {
            plain.sendRaw(RawFrame.of(0x0503, 1, new byte[0]).bytes());
            plain.expectClosed();
        }

        assertThat(misled.failures().count(Reason.UNTRUSTED)).isEqualTo(1);
        assertThat(ownLink.failures().count(Reason.WRONG_NAME)).isEqualTo(1);
        assertThat(ownLink.failures().count(Reason.UNTRUSTED)).isZero();
        Eventually.until(
                "the port has counted",
                () -> port.failures().count(Reason.UNTRUSTED) == 1
                        && port.failures().count(Reason.BROKEN_OFF) == 1
                        && port.failures().count(Reason.NO_TLS) == 1);
    }

    // Certificates that expire

    @Test
    void aCertificateThatExpiresSoonIsUsedWithAWarning() throws Exception {
        Pair ending = ours.expiring("ending", 5, 60);

        Tls tls = clientPort(ending);

        assertThat(log.messagesAt(Level.WARN)).singleElement().asString().contains("ending.crt expires soon, on ");
        assertWorks(server(tls), client());
    }

    @Test
    void aCertificateThatLivesShortlyIsWarnedOfNearItsEndOnly() throws Exception {
        clientPort(ours.expiring("short", 5, 7));
        assertThat(log.at(Level.WARN)).isEmpty();

        clientPort(ours.expiring("shorter", 2, 7));
        assertThat(log.messagesAt(Level.WARN)).singleElement().asString().contains("shorter.crt expires soon");
    }

    @Test
    void aCertificateThatExpiresWhileItIsUsedIsToldOfOnceBeforeAndOnceAfter() throws Exception {
        Tls tls = clientPort(copied("ageing", server));
        Instant end = tls.expires().orElseThrow();

        for (Duration left : List.of(Duration.ofDays(9), Duration.ofDays(2), Duration.ofDays(1))) {
            tls.tellOfTheEnd(end.minus(left));
        }
        assertThat(log.messagesAt(Level.WARN)).singleElement().asString().contains("expires soon");
        assertThat(log.at(Level.ERROR)).isEmpty();

        tls.tellOfTheEnd(end.plusSeconds(1));
        tls.tellOfTheEnd(end.plusSeconds(60));
        assertThat(log.messagesAt(Level.ERROR)).singleElement().asString().contains("used.crt has expired");
    }

    @Test
    void theFirstEndCountsOfThoseThatAreShown() throws Exception {
        Pair ending = ours.expiring("between", 3, 60);
        Path chain = folder.resolve("chain.crt");
        Files.writeString(chain, Files.readString(server.certificate()) + Files.readString(ending.certificate()));

        assertThat(Validity.of(PemFile.read(chain)).until())
                .isBefore(Instant.now().plus(Duration.ofDays(4)));
    }

    // Certificates that change

    private static Pair copied(String name, Pair from) throws IOException {
        Path target = Files.createDirectories(folder.resolve(name));
        Pair copy = new Pair(target.resolve("used.crt"), target.resolve("used.key"));
        replace(copy, from);
        return copy;
    }

    private static void replace(Pair used, Pair by) throws IOException {
        Files.copy(by.certificate(), used.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(by.key(), used.key(), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aNewCertificateCountsForNewConnectionsAndOldOnesGoOn() throws Exception {
        Pair used = copied("renewed", server);
        Tls tls = clientPort(used);
        TestServer port = server(tls);
        Instant firstEnd = tls.expires().orElseThrow();
        Connection before = get(dial(port, "127.0.0.1", client()));
        assertHears(1);

        replace(used, ours.expiring("renewed", 40, 60));
        assertThat(shownTo(javaClient(port))).as("nobody has looked yet").isEqualTo("CN=server");
        tls.look();

        assertThat(shownTo(javaClient(port))).isEqualTo("CN=renewed");
        assertThat(tls.expires()).as("that of the new one").isNotEqualTo(Optional.of(firstEnd));
        before.send(Commands.FILE_STATE, HELLO);
        assertHears(1);
        before.close("done");
    }

    @Test
    void filesAreLookedAtAgainAndAgainWithoutBeingAsked() throws Exception {
        Pair used = copied("watched", server);
        Tls tls = clientPort(used);
        TestServer port = server(tls);
        tls.watchWith(loops, Duration.ofMillis(20));

        replace(used, link);

        Eventually.until("the new one is shown", () -> shownTo(javaClient(port)).equals("CN=link"));
    }

    @Test
    void aBrokenNewCertificateLeavesTheOldOneInUseWithOneLine() throws Exception {
        Pair used = copied("broken", server);
        Tls tls = clientPort(used);
        TestServer port = server(tls);

        Files.writeString(used.certificate(), "half a certifi");
        tls.look();
        tls.look();

        assertThat(shownTo(javaClient(port))).isEqualTo("CN=server");
        assertThat(log.messagesAt(Level.ERROR)).singleElement().asString().contains("used.crt", "stays in use");

        replace(used, link);
        tls.look();
        assertThat(shownTo(javaClient(port))).isEqualTo("CN=link");
    }

    @Test
    void aCertificateThatCameBeforeItsKeyCountsWhenTheKeyIsThere() throws Exception {
        Pair used = copied("halfway", server);
        Tls tls = clientPort(used);
        TestServer port = server(tls);

        replace(used, new Pair(link.certificate(), server.key()));
        tls.look();
        assertThat(shownTo(javaClient(port))).isEqualTo("CN=server");
        replace(used, link);
        tls.look();

        assertThat(shownTo(javaClient(port))).isEqualTo("CN=link");
    }

    @Test
    void aNewCaCountsForWhoConnectsFromThenOn() throws Exception {
        Path ca = folder.resolve("changing-ca.crt");
        Files.copy(ours.ca(), ca, StandardCopyOption.REPLACE_EXISTING);
        Tls tls = Tls.forLinkPort(identity(server), ca, PATIENCE);
        TestServer port = server(tls);
        Tls fromElsewhere = Tls.forLinks(identity(stranger), ours.ca());

        Files.writeString(ca, Files.readString(ours.ca()) + Files.readString(others.ca()));
        tls.look();

        assertWorks(port, fromElsewhere);
        assertWorks(port, Tls.forLinks(identity(link), ours.ca()));
    }
}
