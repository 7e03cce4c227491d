package im.server.management;

import static org.assertj.core.api.Assertions.assertThat;

import im.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LivePageIT {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final int MAX_LISTENERS = 8;
    /** More than sockets hold on both sides. */
    private static final int HUGE = 32 << 20;

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger asked = new AtomicInteger();
    private final List<Stream<String>> listening = new ArrayList<>();
    private volatile Map<String, Object> now = Map.of("count", 7);
    private ManagementPort port;

    @BeforeEach
    void start() throws IOException {
        Telemetry telemetry = new Telemetry();
        telemetry.shows(() -> {
            asked.incrementAndGet();
            return CompletableFuture.completedFuture(now);
        });
        port = ManagementPort.start(
                "test-server", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), telemetry);
    }

    @AfterEach
    void stop() {
        listening.forEach(Stream::close);
        port.close();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port.address().getPort() + path))
                .build();
    }

    private HttpResponse<Stream<String>> listen() throws Exception {
        HttpResponse<Stream<String>> answer = client.send(request("/events"), HttpResponse.BodyHandlers.ofLines());
        listening.add(answer.body());
        return answer;
    }

    private Iterator<String> events() throws Exception {
        return listen().body().filter(line -> !line.isEmpty()).iterator();
    }

    @Test
    void thePageAndItsFilesAllowNothingButThemselves() throws Exception {
        for (String path : List.of("/", "/live.js", "/live.css")) {
            HttpResponse<String> answer = client.send(request(path), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(OK);
            assertThat(answer.headers().firstValue("content-security-policy"))
                    .hasValue("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
            assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        }
        assertThat(asked).as("nobody listens").hasValue(0);
    }

    @Test
    void whoListensIsToldAgainAndAgain() throws Exception {
        HttpResponse<Stream<String>> answer = listen();
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
        Iterator<String> lines = answer.body().filter(line -> !line.isEmpty()).iterator();
        assertThat(lines.next()).isEqualTo("data: {\"count\":7}");
        now = Map.of("count", 8, "text", "two\nlines");
        assertThat(lines.next()).isEqualTo("data: {\"count\":8,\"text\":\"two\\nlines\"}");
    }

    @Test
    void nobodyIsAskedOnceTheLastOneHasLeft() throws Exception {
        Iterator<String> lines = events();
        lines.next();
        listening.get(0).close();
        // Whether the next one is told at once shows that the one before is forgotten.
        Eventually.until("it is forgotten", () -> {
            int before = asked.get();
            Iterator<String> next = events();
            next.next();
            next.next();
            listening.get(listening.size() - 1).close();
            return asked.get() - before <= 3;
        });
    }

    @Test
    void onlySoManyListenAndWhoLeavesMakesRoom() throws Exception {
        for (int i = 0; i < MAX_LISTENERS; i++) {
            assertThat(listen().statusCode()).isEqualTo(OK);
        }
        assertThat(listen().statusCode()).isEqualTo(UNAVAILABLE);

        listening.get(0).close();

        Eventually.until("there is room", () -> listen().statusCode() == OK);
    }

    @Test
    void whoDoesNotReadIsNotAskedFor() throws Exception {
        now = Map.of("text", "x".repeat(HUGE));
        try (Socket slow =
                new Socket(port.address().getAddress(), port.address().getPort())) {
            slow.getOutputStream()
                    .write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Eventually.until("it has its event", () -> asked.get() == 1);
            now = Map.of("text", "small");
            Iterator<String> lines = events();
            for (int i = 0; i < 4; i++) {
                lines.next();
            }
            assertThat(asked.get()).as("by the one who reads").isLessThanOrEqualTo(1 + 5);
        }
    }
}
