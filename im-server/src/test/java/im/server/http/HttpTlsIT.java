package im.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.netlib.Admission;
import im.netlib.Tls;
import im.netlib.Transport;
import im.testkit.TestCertificates;
import im.testkit.TestCertificates.Pair;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP ports with TLS, and who mistakes one kind of port for the other. */
@Timeout(60)
class HttpTlsIT {
    /** Nothing here ends by itself in time for the test. */
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    static Path folder;

    private static TestCertificates certificates;
    private static Pair shown;

    private final EventLoopGroup loops = Transport.eventLoops("test", 1);
    private HttpPort port;

    @BeforeAll
    static void makeCertificates() throws IOException {
        certificates = TestCertificates.in(folder);
        shown = certificates.forLoopback("server");
    }

    @AfterEach
    void stop() {
        port.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS);
    }

    private void start(Tls tls) throws IOException {
        port = HttpPort.bind(
                "test",
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new HttpLimits(4096, LONG),
                tls,
                Admission.ofAll(),
                call -> CompletableFuture.completedFuture(HttpReply.ok(Map.of("code", 0))));
    }

    private static Tls tls() throws IOException {
        return Tls.forClientPort(new Tls.Identity(shown.certificate(), shown.key()), LONG);
    }

    private HttpResponse<String> ask() throws Exception {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(Tls.forHttpClient(Optional.of(certificates.ca())))
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "https://127.0.0.1:" + port.address().getPort() + "/"))
                                .build(),
                        BodyHandlers.ofString());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(port.address().getAddress(), port.address().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String toTheEnd(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static void say(Socket socket, String request) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Test
    void requestsAreAnswered() throws Exception {
        start(tls());

        HttpResponse<String> answer = ask();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"code\":0");
    }

    @Test
    void theLastAnswerIsWholeAndTheEndIsSaid() throws Exception {
        start(tls());
        try (SSLSocket client = (SSLSocket) Tls.forHttpClient(Optional.of(certificates.ca()))
                .getSocketFactory()
                .createSocket(connect(), "127.0.0.1", port.address().getPort(), true)) {
            say(client, "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");

            // An end that was not said would be an exception.
            assertThat(toTheEnd(client.getInputStream()))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("\"code\":0}");
        }
    }

    @Test
    void aRequestWithoutTlsIsClosedAndHarmsNobody() throws Exception {
        start(tls());
        try (Socket plain = connect()) {
            say(plain, "GET / HTTP/1.1\r\nHost: here\r\n\r\n");

            assertThat(toTheEnd(plain.getInputStream())).doesNotContain("HTTP");
        }
        assertThat(ask().statusCode()).isEqualTo(200);
    }

    @Test
    void whoSpeaksTlsToAPortWithoutItIsClosedAtOnce() throws Exception {
        start(Tls.none());

        assertThatThrownBy(this::ask).isInstanceOf(IOException.class);
        try (Socket plain = connect()) {
            // As long as it may be, and without the end of a line: who waited for one would wait for long.
            plain.getOutputStream().write(new byte[] {0x16, 3, 1, 1, 0});
            assertThat(toTheEnd(plain.getInputStream())).isEmpty();
        }
    }
}
