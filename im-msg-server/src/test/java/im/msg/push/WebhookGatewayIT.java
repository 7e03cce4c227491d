package im.msg.push;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import im.msg.domain.ClientKind;
import im.msg.domain.Message;
import im.msg.domain.MessageType;
import im.msg.domain.NewMessage;
import im.msg.domain.Push;
import im.msg.domain.Timer;
import im.msg.domain.UserId;
import im.netlib.Backoff;
import im.testkit.Eventually;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real HTTP server, in a time that the test pushes. */
class WebhookGatewayIT {
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8));
    private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(1);
    private static final int MAX_WAITING = 3;
    private static final int MAX_PARALLEL = 2;

    private record Delayed(Duration delay, Runnable task) {}

    /** What is to happen later happens when the test takes it. */
    private static final class TakenTimer implements Timer {
        private final BlockingQueue<Delayed> later = new LinkedBlockingQueue<>();
        private volatile long now;

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void after(Duration delay, Runnable task) {
            later.add(new Delayed(delay, task));
        }

        private Delayed next() throws InterruptedException {
            return Optional.ofNullable(later.poll(10, TimeUnit.SECONDS))
                    .orElseThrow(() -> new AssertionError("nothing is to be tried again"));
        }
    }

    private final TakenTimer timer = new TakenTimer();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final BlockingQueue<HttpExchange> requests = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private WebhookGateway gateway;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        // The test answers.
        server.createContext("/", requests::add);
        server.start();
        gateway = gateway(Optional.of("secret"));
    }

    private WebhookGateway gateway(Optional<String> token) {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/push");
        return new WebhookGateway(
                new WebhookSettings(
                        url, token, Duration.ofSeconds(10), BACKOFF, GIVE_UP_AFTER, MAX_WAITING, MAX_PARALLEL),
                timer,
                meters);
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private static Push push(int id) {
        Message message =
                new Message(new NewMessage(new UserId(-1), 5, MessageType.GROUP_TEXT, bytes("hi")), id, 1_700_000_000);
        return new Push(message, List.of(new Push.Target(new UserId(2), ClientKind.ANDROID, "a \"token\"", 4)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private HttpExchange next() throws InterruptedException {
        return Optional.ofNullable(requests.poll(10, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("nothing is posted"));
    }

    private static Config body(HttpExchange request) throws IOException {
        return ConfigFactory.parseString(new String(request.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }

    private static int id(HttpExchange request) throws IOException {
        return body(request).getInt("message.msg_id");
    }

    private static void answer(HttpExchange request, int status) throws IOException {
        request.sendResponseHeaders(status, -1);
        request.close();
    }

    private double ended(String result) {
        return meters.get("im.pushes").tag("result", result).counter().count();
    }

    private void awaitWaiting(int count) {
        Eventually.until(count + " notices wait", () -> gateway.waiting() == count);
    }

    @Test
    void aPushIsPostedAsJson() throws Exception {
        gateway.push(push(7));
        HttpExchange request = next();
        assertThat(request.getRequestMethod()).isEqualTo("POST");
        assertThat(request.getRequestURI().getPath()).isEqualTo("/push");
        assertThat(request.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer secret");
        assertThat(request.getRequestHeaders().getFirst("Content-Type")).startsWith("application/json");
        Config body = body(request);
        assertThat(body.getConfig("message"))
                .isEqualTo(ConfigFactory.parseString(
                        "from_user_id=4294967295, session_type=2, session_id=5, msg_id=7, msg_type=17,"
                                + " create_time=1700000000, msg_data=\""
                                + Base64.getEncoder().encodeToString(bytes("hi")) + "\""));
        Config target = body.getConfigList("user_token_info").get(0);
        assertThat(target)
                .isEqualTo(
                        ConfigFactory.parseString("user_id=2, user_type=18, push_count=4, token=\"a \\\"token\\\"\""));
        answer(request, 204);
        awaitWaiting(0);
        assertThat(ended("delivered")).isOne();
        assertThat(timer.later).isEmpty();
    }

    @Test
    void withoutATokenNoneIsSent() throws Exception {
        gateway = gateway(Optional.empty());
        gateway.push(push(7));
        HttpExchange request = next();
        assertThat(request.getRequestHeaders()).doesNotContainKey("Authorization");
        answer(request, 200);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 429})
    void whatMayWorkLaterIsTriedAgainAfterWaitsThatGrow(int status) throws Exception {
        gateway.push(push(7));
        for (int attempt = 0; attempt < 5; attempt++) {
            answer(next(), status);
            Delayed again = timer.next();
            long bound = Math.min(8_000, 1_000L << attempt);
            assertThat(again.delay().toMillis()).isBetween(1L, bound);
            again.task().run();
        }
        HttpExchange last = next();
        assertThat(id(last)).isEqualTo(7);
        answer(last, 200);
        awaitWaiting(0);
    }

    @Test
    void aServerThatIsAwayIsTriedAgain() throws Exception {
        InetSocketAddress address = server.getAddress();
        server.stop(0);
        gateway.push(push(7));
        Delayed again = timer.next();
        server = HttpServer.create(address, 0);
        server.createContext("/", requests::add);
        server.start();
        again.task().run();
        HttpExchange request = next();
        assertThat(id(request)).isEqualTo(7);
        answer(request, 200);
        awaitWaiting(0);
    }

    @Test
    void whatWasRefusedIsNotTriedAgain() throws Exception {
        gateway.push(push(7));
        answer(next(), 400);
        awaitWaiting(0);
        assertThat(ended("refused")).isOne();
        assertThat(timer.later).isEmpty();
    }

    @Test
    void afterAWhileItIsGivenUp() throws Exception {
        gateway.push(push(7));
        answer(next(), 500);
        Delayed again = timer.next();
        timer.now = GIVE_UP_AFTER.toNanos();
        again.task().run();
        answer(next(), 500);
        awaitWaiting(0);
        assertThat(ended("given-up")).isOne();
        assertThat(timer.later).isEmpty();
    }

    @Test
    void onlySoManyAreUnderWayAndWait() throws Exception {
        for (int id = 1; id <= MAX_WAITING + 1; id++) {
            gateway.push(push(id));
        }
        HttpExchange first = next();
        HttpExchange second = next();
        assertThat(gateway.waiting()).isEqualTo(MAX_WAITING);
        assertThat(meters.get("im.push.waiting").gauge().value()).isEqualTo(MAX_WAITING);
        assertThat(ended("dropped")).isOne();
        assertThat(requests).isEmpty();

        answer(first, 200);
        answer(second, 200);
        HttpExchange third = next();
        assertThat(id(third)).isEqualTo(3);
        answer(third, 200);
        awaitWaiting(0);

        gateway.push(push(5));
        HttpExchange fifth = next();
        assertThat(id(fifth)).isEqualTo(5);
        answer(fifth, 200);
        awaitWaiting(0);
    }
}
