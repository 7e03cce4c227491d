package im.login;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.other.IMHeartBeat;
import im.testkit.HostileHttp;
import im.testkit.WireClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The HTTP port, with the JDK's client and with bare sockets for what that would never send. */
class HttpIT {
    private static final int PATIENCE_MILLIS = 10_000;

    private LoginServerFixture server;

    @BeforeEach
    void start() throws IOException {
        server = new LoginServerFixture("msfs-prior=http://p/", "msfs-backup=http://b/", "discovery=http://d/");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void restart(String... settings) throws IOException {
        server.close();
        server = new LoginServerFixture(settings);
    }

    private static String json(String backup, int code, String msg, String port, String prior) {
        return String.format(
                "{\"backupIP\":\"%s\",\"code\":%d,\"discovery\":\"http://d/\",\"msfsBackup\":\"http://b/\","
                        + "\"msfsPrior\":\"http://p/\",\"msg\":\"%s\",\"port\":\"%s\",\"priorIP\":\"%s\"}",
                backup, code, msg, port, prior);
    }

    @Test
    void saysWhichMsgServerToUse() throws Exception {
        server.msgServer(8000, 0, 10, 1);
        HttpResponse<String> response = server.get("/msg_server");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json; charset=utf-8");
        assertThat(response.body()).isEqualTo(json("10.0.0.2", 0, "", "8000", "10.0.0.1"));
        assertThat(server.get("/msg_server?platform=1").body()).isEqualTo(response.body());
    }

    @Test
    void saysThatThereIsNoMsgServerWithEveryFieldInPlace() throws Exception {
        assertThat(server.get("/msg_server").body()).isEqualTo(json("", 1, "there is no msg-server", "0", ""));
    }

    @Test
    void saysThatAllAreFullWithEveryFieldInPlace() throws Exception {
        server.msgServer(8000, 10, 10, 1);
        assertThat(server.get("/msg_server").body()).isEqualTo(json("", 2, "all msg-servers are full", "0", ""));
    }

    @Test
    void saysHowItIs() throws Exception {
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
        assertThat(server.get("/health").body()).isEqualTo("{\"msgServers\":0,\"status\":\"ok\"}");
        server.msgServer(8000, 10, 10, 1);
        assertThat(server.get("/health").body()).isEqualTo("{\"msgServers\":1,\"status\":\"ok\"}");
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        assertThat(server.get("/").statusCode()).isEqualTo(404);
        assertThat(server.get("/msg_server/").statusCode()).isEqualTo(404);
        assertThat(server.get("/%2e%2e/health").statusCode()).isEqualTo(404);
        HttpResponse<String> post = server.send(server.request("/msg_server")
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build());
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).hasValue("GET");
        assertThat(server.send(server.request("/health").DELETE().build()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void aBodyThatIsTooLongIsRefused() throws Exception {
        try (Socket socket = open("POST /msg_server HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n")) {
            assertThat(line(socket)).isEqualTo("HTTP/1.1 413 Request Entity Too Large");
        }
    }

    // How long connections live.

    @Test
    void aConnectionTakesRequestAfterRequest() throws Exception {
        String request = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
        try (Socket socket = open(request)) {
            assertThat(response(socket)).startsWith("HTTP/1.1 200 OK").doesNotContain("connection: close");
            write(socket, request + "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n" + request);
            assertThat(response(socket)).startsWith("HTTP/1.1 200 OK");
            assertThat(response(socket)).startsWith("HTTP/1.1 404 Not Found");
            assertThat(response(socket)).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aClientThatWantsTheEndGetsIt() throws Exception {
        assertThat(conversation("GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK")
                .contains("connection: close")
                .endsWith("\"ok\"}");
        assertThat(conversation("GET /health HTTP/1.0\r\n\r\n")).endsWith("\"ok\"}");
    }

    @Test
    void nobodyKeepsAConnectionWithPiecesOfARequest() throws Exception {
        restart("http.idle=300ms");
        try (Socket socket = open("GET /health HTTP/1.1\r\n")) {
            socket.setSoTimeout(50);
            long start = System.nanoTime();
            assertThat(untilClosed(socket, "X: y\r\n")).isEmpty();
            assertThat(System.nanoTime() - start).isLessThan(PATIENCE_MILLIS * 1_000_000L);
        }
    }

    /** Sends another piece whenever nothing came for a while. */
    private static String untilClosed(Socket socket, String piece) throws IOException {
        StringBuilder received = new StringBuilder();
        for (int i = 0; i < PATIENCE_MILLIS / 50; i++) {
            try {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return received.toString();
                }
                received.append((char) next);
            } catch (SocketTimeoutException stillOpen) {
                write(socket, piece);
            } catch (SocketException reset) {
                return received.toString();
            }
        }
        throw new AssertionError("still open, after " + received);
    }

    @Test
    void whoAsksWithoutReadingIsCutOff() throws Exception {
        restart(
                "http.idle=300ms",
                "http.rate-per-address.requests=unlimited",
                "http.rate-per-address.requests-at-once=unlimited");
        byte[] requests = "GET /msg_server HTTP/1.1\r\n\r\n".repeat(10_000).getBytes(US_ASCII);
        try (Socket socket = open("")) {
            boolean open = true;
            long start = System.nanoTime();
            while (open && System.nanoTime() - start < PATIENCE_MILLIS * 1_000_000L) {
                try {
                    socket.getOutputStream().write(requests);
                } catch (SocketException cutOff) {
                    open = false;
                }
            }
            assertThat(open).isFalse();
        }
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void aRequestByteForByteIsAnswered() throws Exception {
        assertThat(HostileHttp.answerByteForByte(
                        server.server().httpAddress(), "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void silenceDoesNotKeepAConnection() throws Exception {
        restart("http.idle=300ms");
        HostileHttp.piecesUntilClosed(server.server().httpAddress(), "", "");
    }

    @Test
    void aFloodOfConnectionsFromOneAddressLeavesRoomForOthers() throws Exception {
        restart("http.max-connections=30", "http.max-connections-per-address=20");
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
        assertThat(HostileHttp.turnedAway(server.server().httpAddress(), 200, 181))
                .isEqualTo(181);
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void oneConnectionTooManyIsClosed() throws Exception {
        restart("http.max-connections=1");
        try (Socket first = open("GET /health HTTP/1.1\r\n\r\n")) {
            response(first);
            assertThat(conversation("")).isEmpty();
            write(first, "GET /health HTTP/1.1\r\n\r\n");
            assertThat(response(first)).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void anAddressThatAsksTooOftenIsToldWhenToComeBackAndOthersAreAnswered() throws Exception {
        restart("http.rate-per-address.requests=1", "http.rate-per-address.requests-at-once=1");
        int asked = 50;
        List<String> answers = new ArrayList<>();
        try (Socket fast = open("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".repeat(asked));
                Socket other = new Socket()) {
            for (int i = 0; i < asked; i++) {
                answers.add(response(fast));
            }
            other.bind(new InetSocketAddress("127.0.0.2", 0));
            other.connect(server.server().httpAddress());
            other.setSoTimeout(PATIENCE_MILLIS);
            write(other, "GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(response(other)).startsWith("HTTP/1.1 200 OK");
        }
        assertThat(answers.get(0)).startsWith("HTTP/1.1 200 OK");
        assertThat(answers)
                .anySatisfy(answer -> assertThat(answer)
                        .startsWith("HTTP/1.1 429 Too Many Requests")
                        .contains("retry-after: 1"));
    }

    // Pages of strangers in a browser: what is answered is for everybody, but not for them to read.

    @Test
    void noAnswerIsForPagesOfOthers() throws Exception {
        HttpResponse<String> answer = server.send(server.request("/msg_server")
                .header("Origin", "http://stranger.example")
                .build());

        assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
    }

    // What must not hurt.

    static Stream<String> garbage() {
        return Stream.of(
                "\r\n\r\n\0\0\0\0 \r\n\r\n",
                "hello\r\n\r\n",
                "GET /health HTTP/9.x\r\n\r\n",
                "GET /" + "a".repeat(5000) + " HTTP/1.1\r\n\r\n",
                "GET /health HTTP/1.1\r\nX: " + "a".repeat(100_000) + "\r\n\r\n",
                "GET /health HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                "GET /health HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                new String(WireClient.frame(Commands.OTHER_HEARTBEAT, 1, IMHeartBeat.getDefaultInstance()), US_ASCII)
                        + "\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void aBadRequestIsToldSoAndClosed(String garbage) throws Exception {
        server.msgServer(8000, 0, 10, 1);
        try (Socket bystander = open("GET /health HTTP/1.1\r\n")) {
            assertThat(conversation(garbage))
                    .startsWith("HTTP/1.1 400 Bad Request")
                    .contains("connection: close");
            write(bystander, "\r\n");
            assertThat(response(bystander))
                    .startsWith("HTTP/1.1 200 OK")
                    .endsWith("{\"msgServers\":1,\"status\":\"ok\"}");
        }
    }

    private Socket open(String request) throws IOException {
        Socket socket = new Socket(
                server.server().httpAddress().getAddress(),
                server.server().httpAddress().getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        write(socket, request);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    /** All that comes until the server ends the connection. */
    private String conversation(String request) throws IOException {
        try (Socket socket = open(request)) {
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private static String line(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next != '\n';
                next = socket.getInputStream().read()) {
            if (next < 0) {
                throw new AssertionError("the server closed the connection after: " + line);
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** One response, as long as its header says. */
    private static String response(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        int length = 0;
        for (String line = line(socket); !line.isEmpty(); line = line(socket)) {
            head.append(line).append('\n');
            if (line.startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring("content-length: ".length()));
            }
        }
        return head + new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }
}
