package im.server.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.netlib.Admission;
import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.PduServer;
import im.netlib.Router;
import im.netlib.Session;
import im.netlib.Transport;
import im.proto.Commands;
import im.proto.other.IMHeartBeat;
import im.testkit.WireClient;
import io.micrometer.core.instrument.Counter;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ManagementPortIT {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

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
            System.gc();

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

    private static PduServer port(EventLoopGroup loops) throws IOException {
        Router<Session> deaf = Router.<Session>forRole("client").build();
        return PduServer.bind(
                "test",
                loops,
                address(0),
                ConnectionSettings.forClients(),
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
    void aPortThatIsTakenIsNamed() {
        assertThatThrownBy(() -> ManagementPort.start(
                        "test-server", address(port.address().getPort()), telemetry))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + port.address().getPort())
                .hasMessageContaining("test-server management");
    }
}
