package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.HostAndPort;
import im.client.ClientListener;
import im.client.ClientOptions;
import im.client.ConversationId;
import im.client.ImClient;
import im.client.LoginServer;
import im.client.ServerUnreachableException;
import im.client.TransferListener;
import im.client.TransferMode;
import im.client.TransferResult;
import im.client.cli.ImCommand;
import im.launcher.Stack;
import im.netlib.Tls;
import im.testkit.Eventually;
import im.testkit.TestCertificates;
import im.testkit.WireClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A whole deployment over TLS: two msg-servers, a file-server, a route-server, a login-server and a db-proxy, which show each other who they are. */
class TlsClusterIT {
    private static final String KEY = "0123456789abcdef";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    static Path folder;

    private static TestCertificates forClients;
    private static TestCertificates forServers;
    private static TwoMsgServers servers;

    private final List<ImClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        forClients = TestCertificates.in(folder.resolve("for-clients"));
        forServers = TestCertificates.in(folder.resolve("for-servers"));
        Map<String, String> settings = CertificatesOfServers.settings(forClients, forServers);
        settings.put("msg-server.http.listen", "127.0.0.1:0");
        settings.put("msg-server.http.app-keys", "bot:" + KEY);
        servers = TwoMsgServers.start(folder, settings);
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @AfterEach
    void logOut() {
        clients.forEach(ImClient::close);
    }

    private static HostAndPort at(InetSocketAddress address) {
        return HostAndPort.fromParts("127.0.0.1", address.getPort());
    }

    private static HostAndPort loginServer() {
        return at(servers.stack().loginServer().orElseThrow().httpAddress());
    }

    private static Tls trusting(TestCertificates ca) throws IOException {
        return Tls.forClient(Optional.of(ca.ca()));
    }

    /** By way of the login-server, so at any msg-server. */
    private ImClient login(String user, ClientListener listener) throws Exception {
        LoginServer one = new LoginServer(loginServer(), PATIENCE, Tls.forHttpClient(Optional.of(forClients.ca())));
        return connect(ClientOptions.of(one, user, user + "pw").withTls(trusting(forClients)), listener);
    }

    private ImClient login(String user, int msgServer, ClientListener listener) throws Exception {
        return connect(servers.options(user, msgServer).withTls(trusting(forClients)), listener);
    }

    private ImClient connect(ClientOptions options, ClientListener listener) throws Exception {
        ImClient client = Await.result(ImClient.connect(options, listener));
        clients.add(client);
        return client;
    }

    private static void awaitSeen(ImClient by, ImClient who) throws Exception {
        Eventually.until(
                "one sees the other", () -> FaultyCluster.sees(by, who.self().id()));
    }

    // What works

    @Test
    void aMessageComesFromOneMsgServerToTheOther() throws Exception {
        Talk talk = new Talk();
        ImClient bob = login("bob", 1, talk);
        talk.listenTo(bob);
        ImClient alice = login("alice", 0, ClientListener.NONE);
        awaitSeen(alice, bob);

        long id = Await.result(
                alice.messages().sendText(ConversationId.ofUser(bob.self().id()), "hello"));

        talk.expect("user " + alice.self().id() + ": " + id + " from "
                + alice.self().id() + ": hello");
    }

    @Test
    void aFileForSomebodyWhoIsThereArrivesIdentical() throws Exception {
        AcceptingReceiver receiver = new AcceptingReceiver(folder.resolve("online"));
        ImClient bob = receiver.is(login("bob", 1, receiver));
        ImClient alice = login("alice", 0, ClientListener.NONE);
        awaitSeen(alice, bob);
        Path file = TestFiles.make(folder, "online.bin", 10_000_000);

        SentFile sent = new SentFile(alice, bob.self().id(), file);
        assertThat(sent.awaitStarted()).isEqualTo(TransferMode.ONLINE);
        receiver.awaitOffered(List.of(sent));
        receiver.assertReceived(file);
        Await.result(sent.transfer());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 32_769, 20_000_000})
    void aFileForSomebodyWhoIsAwayArrivesIdentical(long size) throws Exception {
        ImClient alice = login("alice", ClientListener.NONE);
        int carolsId = Await.result(alice.users()).stream()
                .filter(user -> user.loginName().equals("carol"))
                .findFirst()
                .orElseThrow()
                .id();
        Path file = TestFiles.make(folder, "offline-" + size, size);

        TransferResult sent = Await.result(alice.send(file, carolsId, TransferListener.NONE));
        assertThat(sent.mode()).isEqualTo(TransferMode.OFFLINE);
        ImClient carol = login("carol", ClientListener.NONE);
        TransferResult received = Await.result(carol.download(
                Await.result(carol.offlineFiles()).get(0), folder.resolve("in-" + size), TransferListener.NONE));

        TestFiles.assertSame(received.path(), file);
        assertThat(received.sha256()).isEqualTo(sent.sha256());
    }

    @Test
    void otherSystemsAskByHttps() throws Exception {
        int port =
                servers.stack().msgServers().get(0).httpAddress().orElseThrow().getPort();
        HttpResponse<String> answer = HttpClient.newBuilder()
                .sslContext(Tls.forHttpClient(Optional.of(forClients.ca())))
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/query/CreateGroup"))
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"req_user_id\":\"1\",\"app_key\":\"" + KEY + "\",\"group_name\":\"friends\","
                                                + "\"group_type\":1,\"group_avatar\":\"\",\"user_id_list\":[2]}"))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"error_code\":0");
    }

    // The command line

    private static final class Run {
        final StringWriter err = new StringWriter();
        final StringWriter out = new StringWriter();
        final int exitCode;

        Run(String... args) throws IOException {
            Path password = Files.writeString(folder.resolve("password"), "alicepw\n");
            List<String> all =
                    new ArrayList<>(List.of("users", "--as", "alice", "--password-file", password.toString()));
            all.addAll(List.of(args));
            CommandLine line = ImCommand.commandLine();
            line.setOut(new PrintWriter(out, true));
            line.setErr(new PrintWriter(err, true));
            exitCode = line.execute(all.toArray(String[]::new));
        }
    }

    private static String[] toLoginServer(String... more) {
        return Stream.concat(Stream.of("--login-server", loginServer().toString()), Stream.of(more))
                .toArray(String[]::new);
    }

    private static String[] toMsgServer(String... more) {
        return Stream.concat(Stream.of("--server", at(servers.address(0)).toString()), Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void theCommandLineSpeaksTlsToTheLoginServerAndToTheMsgServerItNames() throws Exception {
        Run run = new Run(toLoginServer("--tls", "--ca", forClients.ca().toString()));

        assertThat(run.err.toString()).isEmpty();
        assertThat(run.exitCode).isZero();
        assertThat(run.out.toString()).contains("bob", "carol");
    }

    @Test
    void theCommandLineSaysThatItDoesNotTrustTheCa() throws Exception {
        for (String[] to : List.of(toLoginServer("--tls"), toMsgServer("--tls"))) {
            Run run = new Run(to);

            assertThat(run.exitCode).isEqualTo(4);
            assertThat(run.err.toString())
                    .contains("certificate that is not of a CA that is trusted here", "--ca FILE");
        }
    }

    @Test
    void theCommandLineSaysWhatIsWrongWithItsOptions() throws Exception {
        Run missing =
                new Run(toMsgServer("--tls", "--ca", folder.resolve("missing").toString()));
        Run alone = new Run(toMsgServer("--ca", forClients.ca().toString()));

        assertThat(missing.exitCode).isEqualTo(2);
        assertThat(missing.err.toString()).contains("missing does not exist");
        assertThat(alone.exitCode).isEqualTo(2);
        assertThat(alone.err.toString()).contains("--ca is of use only together with --tls");
    }

    // Who is refused

    @Test
    void aClientThatTrustsAnotherCaIsToldSo() throws Exception {
        ClientOptions options = servers.options("alice", 0).withTls(trusting(forServers));

        assertThatThrownBy(() -> connect(options, ClientListener.NONE))
                .hasCauseInstanceOf(ServerUnreachableException.class)
                .hasMessageContaining("certificate that is not of a CA that is trusted here");
    }

    @Test
    void aClientWithoutTlsIsNotLetIn() {
        assertThatThrownBy(() -> connect(servers.options("alice", 0), ClientListener.NONE))
                .hasCauseInstanceOf(ServerUnreachableException.class);
    }

    static Stream<InetSocketAddress> portsForServers() {
        Stack stack = servers.stack();
        return Stream.of(
                stack.dbProxy().address(),
                stack.routeServers().get(0).address(),
                stack.fileServers().get(0).internalAddresses().get(0),
                stack.loginServer().orElseThrow().internalAddress());
    }

    static Stream<InetSocketAddress> allPorts() {
        Stack stack = servers.stack();
        return Stream.concat(
                portsForServers(),
                Stream.of(
                        stack.msgServers().get(0).clientAddress(),
                        stack.msgServers().get(0).httpAddress().orElseThrow(),
                        stack.fileServers().get(0).clientAddresses().get(0),
                        stack.loginServer().orElseThrow().clientAddress(),
                        stack.loginServer().orElseThrow().httpAddress()));
    }

    @ParameterizedTest
    @MethodSource("allPorts")
    void whoDoesNotSpeakTlsIsClosed(InetSocketAddress port) throws Exception {
        try (WireClient plain = WireClient.connect(at(port).getHost(), port.getPort(), PATIENCE)) {
            plain.sendRaw(new byte[] {0, 0, 0, 16, 0, 1, 0, 0, 7, 1, 0, 0, 0, 0, 0, 0});
            plain.expectClosed();
        }
    }

    @ParameterizedTest
    @MethodSource("portsForServers")
    void whoShowsNoCertificateToAPortForServersIsClosed(InetSocketAddress port) throws Exception {
        try (SSLSocket stranger = (SSLSocket) Tls.forHttpClient(Optional.of(forServers.ca()))
                .getSocketFactory()
                .createSocket("127.0.0.1", port.getPort())) {
            stranger.setSoTimeout((int) PATIENCE.toMillis());

            // In TLS 1.3 the refusal comes after the client's own handshake.
            assertThatThrownBy(() -> {
                        stranger.startHandshake();
                        stranger.getInputStream().read();
                    })
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }
}
