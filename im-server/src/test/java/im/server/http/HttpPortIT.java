package im.server.http;

import static im.testkit.HostileHttp.answerByteForByte;
import static im.testkit.HostileHttp.piecesUntilClosed;
import static im.testkit.HostileHttp.turnedAway;
import static org.assertj.core.api.Assertions.assertThat;

import im.netlib.Admission;
import im.netlib.Tls;
import im.netlib.Transport;
import im.testkit.Eventually;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What hostile clients of any HTTP port get, and that others are answered meanwhile. */
@Timeout(60)
class HttpPortIT {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int MAX_REQUEST = 4096;

    private final EventLoopGroup loops = Transport.eventLoops("test", 1);
    private HttpPort port;

    private void start(Duration idle, Admission admission) throws IOException {
        port = HttpPort.bind(
                "test",
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new HttpLimits(MAX_REQUEST, idle),
                Tls.none(),
                admission,
                call -> CompletableFuture.completedFuture(HttpReply.ok(Map.of("length", call.body().length))));
    }

    @AfterEach
    void stop() {
        port.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void assertAnswers() throws IOException {
        assertThat(answerByteForByte(port.address(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void aRequestByteForByteIsAnswered() throws Exception {
        start(LONG, Admission.ofAll());
        assertAnswers();
        assertThat(answerByteForByte(port.address(), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"))
                .isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void silenceDoesNotKeepAConnection() throws Exception {
        start(SHORT, Admission.ofAll());
        piecesUntilClosed(port.address(), "", "");
        assertAnswers();
    }

    @Test
    void aHeadWithoutEndDoesNotKeepAConnection() throws Exception {
        start(SHORT, Admission.ofAll());
        piecesUntilClosed(port.address(), "GET / HTTP/1.1\r\n", "X: y\r\n");
        assertAnswers();
    }

    @Test
    void aBodyByteForByteDoesNotKeepAConnection() throws Exception {
        start(SHORT, Admission.ofAll());
        piecesUntilClosed(port.address(), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n", "x");
        assertAnswers();
    }

    @Test
    void emptyLinesDoNotKeepAConnection() throws Exception {
        start(SHORT, Admission.ofAll());
        piecesUntilClosed(port.address(), "", "\r\n");
        assertAnswers();
    }

    @Test
    void aGiantBodyIsRefusedBeforeItComesAndCannotBeSent() throws Exception {
        start(SHORT, Admission.ofAll());
        String head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\n";
        assertThat(answerByteForByte(port.address(), head)).isEqualTo("HTTP/1.1 413 Request Entity Too Large");
        piecesUntilClosed(port.address(), head, "x".repeat(MAX_REQUEST));
        assertAnswers();
    }

    @Test
    void chunksWithoutEndAreRefused() throws Exception {
        start(SHORT, Admission.ofAll());
        String head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunk = "400\r\n" + "x".repeat(1024) + "\r\n";
        assertThat(answerByteForByte(port.address(), head + chunk.repeat(MAX_REQUEST / 1024 + 1)))
                .isEqualTo("HTTP/1.1 413 Request Entity Too Large");
        piecesUntilClosed(port.address(), head, chunk);
        assertAnswers();
    }

    @Test
    void aFloodOfConnectionsIsTurnedAwayAndWhenItHasEndedThereIsRoom() throws Exception {
        start(LONG, new Admission(new Admission.Max(20, 20)));
        assertThat(turnedAway(port.address(), 200, 180)).isEqualTo(180);
        Eventually.until(
                "there is room again",
                () -> answerByteForByte(port.address(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                        .startsWith("HTTP/1.1 200"));
    }
}
