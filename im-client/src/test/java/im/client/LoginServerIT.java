package im.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.HostAndPort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A login-server that is played by hand, on a bare socket. */
class LoginServerIT {

    @Test
    void oneThatStallsBehindItsHeadersIsUnreachable() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            LoginServer loginServer =
                    new LoginServer(HostAndPort.fromParts("127.0.0.1", listener.getLocalPort()), Duration.ofSeconds(1));
            CompletableFuture<HostAndPort> asked = loginServer.next();
            try (Socket socket = listener.accept()) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".getBytes(StandardCharsets.US_ASCII));
                assertThatThrownBy(() -> asked.get(20, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(ServerUnreachableException.class)
                        .hasMessageContaining("it does not answer");
                while (socket.getInputStream().read() >= 0) {
                    // Until the client has given the connection up.
                }
            }
        }
    }
}
