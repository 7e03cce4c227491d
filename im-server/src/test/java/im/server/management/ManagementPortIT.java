package im.server.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.netlib.Admission;
import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.PduServer;
import im.netlib.Router;
import im.netlib.Session;
import im.netlib.Tls;
import im.netlib.Transport;
import im.proto.Commands;
import im.proto.other.IMHeartBeat;
import im.testkit.Garbage;
import im.testkit.HostileHttp;
import im.testkit.TestCertificates;
import im.testkit.WireClient;
import io.micrometer.core.instrument.Counter;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ManagementPortIT {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Telemetry telemetry = new Telemetry();
    private ManagementPort port;

    @BeforeEach
    void start() throws IOException {
        port = ManagementPort.start("test-server", address(0), telemetry);
    }

    @AfterEach
    void stop() {
        port.close();
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static String statusFor(InetSocketAddress port, String hostLine) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /metrics HTTP/1.1\r\n" + hostLine + "Connection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.substring(0, answer.indexOf('\r'));
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port.address().getPort() + path));
    }

    private void assertAnswer(String path, int status, String body) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json; charset=utf-8");
    }

    @Test
    void aServerThatStartsHasNotStartedAndIsNotReadyUntilItHas() throws Exception {
        assertAnswer("/health/started", UNAVAILABLE, "{\"status\":\"starting\"}");
        assertAnswer("/health/ready", UNAVAILABLE, "{\"missing\":[\"it is starting\"],\"status\":\"not ready\"}");
        assertAnswer("/health/live", OK, "{\"status\":\"live\"}");

        telemetry.started();

        assertAnswer("/health/started", OK, "{\"status\":\"started\"}");
        assertAnswer("/health/ready", OK, "{\"status\":\"ready\"}");
    }

    @Test
    void whatIsMissingIsNamedAndItsReturnIsNoticed() throws Exception {
        AtomicBoolean database = new AtomicBoolean();
        telemetry.needs("no db-proxy is connected", database::get);
        telemetry.started();

        assertAnswer(
                "/health/ready", UNAVAILABLE, "{\"missing\":[\"no db-proxy is connected\"],\"status\":\"not ready\"}");

        database.set(true);

        assertAnswer("/health/ready", OK, "{\"status\":\"ready\"}");
    }

    @Test
    void aServerThatStopsHasStartedAndLivesButIsNotReady() throws Exception {
        telemetry.started();
        telemetry.stopping();

        assertAnswer("/health/ready", UNAVAILABLE, "{\"missing\":[\"it is stopping\"],\"status\":\"not ready\"}");
        assertAnswer("/health/started", OK, "{\"status\":\"started\"}");
        assertAnswer("/health/live", OK, "{\"status\":\"live\"}");
    }

    @Test
    void aThreadThatIsStuckIsSeen() throws Exception {
        EventLoopGroup loops = Transport.eventLoops("traffic", 2);
        CountDownLatch release = new CountDownLatch(1);
        telemetry.watch(loops);
        try {
            assertAnswer("/health/live", OK, "{\"status\":\"live\"}");

            loops.next().execute(() -> await(release));

            assertAnswer("/health/live", UNAVAILABLE, "{\"status\":\"stuck\",\"threads\":1}");

            release.countDown();

            assertAnswer("/health/live", OK, "{\"status\":\"live\"}");
        } finally {
            release.countDown();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
        assertAnswer("/health/live", OK, "{\"status\":\"live\"}");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void metersAreInTheFormatOfPrometheus() throws Exception {
        telemetry.meterProcess();
        Counter.builder("im.logins")
                .tag("result", "ok")
                .register(telemetry.meters())
                .increment();

        HttpResponse<String> answer = get("/metrics");

        assertThat(answer.statusCode()).isEqualTo(OK);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body())
                .contains(
                        "im_logins_total{result=\"ok\"} 1.0\n", "jvm_memory_used_bytes", "netty_allocator_memory_used");
    }

    @Test
    void aCounterGoesOnThoughNobodyElseKeepsWhatItReads() throws Exception {
        AtomicInteger done = new AtomicInteger();
        telemetry.counter("im.done", done::get).register(telemetry.meters());
        Garbage.collect();

        done.incrementAndGet();

        assertThat(get("/metrics").body()).contains("im_done_total 1.0\n");
    }

    @Test
    void connectionsAndBytesOfPortsAreMetered() throws Exception {
        EventLoopGroup loops = Transport.eventLoops("traffic", 1);
        try (PduServer one = port(loops);
                PduServer two = port(loops);
                WireClient client = WireClient.connect(one.address());
                WireClient another = WireClient.connect(two.address())) {
            telemetry.meterPorts("client", List.of(one, two));
            for (WireClient each : List.of(client, another)) {
                each.send(Commands.OTHER_HEARTBEAT, 1, IMHeartBeat.getDefaultInstance());
                each.expect(Commands.OTHER_HEARTBEAT);
            }
            Garbage.collect();

            assertThat(get("/metrics").body())
                    .contains(
                            "im_connections{role=\"client\"} 2.0\n",
                            "im_bytes_total{direction=\"in\",role=\"client\"} 32.0\n",
                            "im_bytes_total{direction=\"out\",role=\"client\"} 32.0\n",
                            "im_limits_reached_total{limit=\"connections-per-address\",role=\"client\"} 0.0\n");
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void howLongACertificateIsGoodAndHandshakesThatFailedAreMetered() throws Exception {
        TestCertificates.Pair shown = TestCertificates.in(folder).expiring("server", 20, 60);
        Tls tls = Tls.forClientPort(new Tls.Identity(shown.certificate(), shown.key()), Duration.ofSeconds(20));
        telemetry.meterTls("client-ports", tls);
        telemetry.meterTls("between-servers", Tls.none());
        EventLoopGroup loops = Transport.eventLoops("traffic", 1);
        try (PduServer one = port(loops, ConnectionSettings.forClients().with(tls));
                WireClient plain = WireClient.connect(one.address())) {
            plain.send(Commands.OTHER_HEARTBEAT, 1, IMHeartBeat.getDefaultInstance());
            plain.expectClosed();
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
        Garbage.collect();

        String meters = get("/metrics").body();
        assertThat(meters)
                .contains(
                        "im_tls_failures_total{reason=\"no-tls\",tls=\"client-ports\"} 1.0\n",
                        "im_tls_failures_total{reason=\"untrusted\",tls=\"client-ports\"} 0.0\n")
                .doesNotContain("between-servers");
        Matcher left = Pattern.compile("im_tls_certificate_left_seconds\\{tls=\"client-ports\"} (\\S+)\n")
                .matcher(meters);
        assertThat(left.find()).isTrue();
        assertThat(Double.parseDouble(left.group(1)))
                .isBetween((double) Duration.ofDays(19).toSeconds(), (double)
                        Duration.ofDays(20).toSeconds());
    }

    private static PduServer port(EventLoopGroup loops) throws IOException {
        return port(loops, ConnectionSettings.forClients());
    }

    private static PduServer port(EventLoopGroup loops, ConnectionSettings settings) throws IOException {
        Router<Session> deaf = Router.<Session>forRole("client").build();
        return PduServer.bind(
                "test",
                loops,
                address(0),
                settings,
                Admission.ofAll(),
                connection -> connection.become(deaf, new Session() {}, new Limits(4096, Duration.ofSeconds(60))));
    }

    @Test
    void theVersionIsTold() throws Exception {
        assertAnswer("/version", OK, "{\"version\":\"(not packaged)\"}");
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(NOT_FOUND);
        assertThat(client.send(
                                request("/metrics")
                                        .POST(HttpRequest.BodyPublishers.ofString("x"))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(METHOD_NOT_ALLOWED);
    }

    // Pages of strangers, in a browser on this machine

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: stranger.example\r\n",
                "Host: stranger.example:9000\r\n",
                "Host: localhost.stranger.example\r\n",
                "Host: 127.0.0.1.stranger.example:9000\r\n",
                "Host: 0.0.0.0:9000\r\n",
                "Host: 192.0.2.1\r\n",
                "Host: [2001:db8::1]:9000\r\n",
                "Host: \r\n",
                "Host: localhost:x\r\n"
            })
    void onLoopbackWhoMeansAnotherHostIsRefused(String hostLine) throws IOException {
        assertThat(statusFor(port.address(), hostLine)).isEqualTo("HTTP/1.1 421 Misdirected Request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: localhost\r\n",
                "Host: LocalHost:9000\r\n",
                "Host: im.localhost:19000\r\n",
                "Host: 127.0.0.1:9000\r\n",
                "Host: 127.1.2.3\r\n",
                "Host: [::1]:9000\r\n",
                ""
            })
    void onLoopbackWhoMeansThisMachineIsAnswered(String hostLine) throws IOException {
        assertThat(statusFor(port.address(), hostLine)).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void theNameByWhichItListensIsItsOwn() throws IOException {
        InetAddress named = InetAddress.getByAddress("im-1.internal", new byte[] {127, 0, 0, 1});
        try (ManagementPort other = ManagementPort.start("test-server", new InetSocketAddress(named, 0), telemetry)) {
            assertThat(statusFor(other.address(), "Host: im-1.internal:9000\r\n"))
                    .isEqualTo("HTTP/1.1 200 OK");
            assertThat(statusFor(other.address(), "Host: im-2.internal\r\n"))
                    .isEqualTo("HTTP/1.1 421 Misdirected Request");
        }
    }

    @Test
    void onOtherAddressesItIsFoundByAnyName() throws IOException {
        try (ManagementPort other = ManagementPort.start("test-server", new InetSocketAddress(0), telemetry)) {
            assertThat(statusFor(other.address(), "Host: msg-1.example:9000\r\n"))
                    .isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void noAnswerIsForPagesOfOthers() throws Exception {
        HttpResponse<String> answer = client.send(
                request("/metrics").header("Origin", "http://stranger.example").build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void manyMayAskAtOnce() {
        telemetry.started();
        CompletableFuture<?>[] all = new CompletableFuture<?>[30];
        for (int i = 0; i < all.length; i++) {
            all[i] = client.sendAsync(request("/health/live").build(), HttpResponse.BodyHandlers.ofString())
                    .thenAccept(answer -> assertThat(answer.statusCode()).isEqualTo(OK));
        }
        CompletableFuture.allOf(all).join();
    }

    @Test
    void aRequestByteForByteIsAnswered() throws Exception {
        assertThat(HostileHttp.answerByteForByte(port.address(), "GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void aGiantBodyIsRefusedBeforeItComes() throws Exception {
        String head = "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000000\r\n\r\n";
        assertThat(HostileHttp.answerByteForByte(port.address(), head))
                .isEqualTo("HTTP/1.1 413 Request Entity Too Large");
    }

    @Test
    void aFloodOfConnectionsIsTurnedAwayAndWhoIsInIsAnswered() throws Exception {
        assertThat(get("/version").statusCode()).isEqualTo(OK);
        assertThat(HostileHttp.turnedAway(port.address(), 100, 37)).isEqualTo(37);
        assertThat(get("/version").statusCode()).isEqualTo(OK);
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        assertThatThrownBy(() -> ManagementPort.start(
                        "test-server", address(port.address().getPort()), telemetry))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + port.address().getPort())
                .hasMessageContaining("test-server management");
    }
}
