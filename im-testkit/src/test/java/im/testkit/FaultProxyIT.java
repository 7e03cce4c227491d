package im.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.testkit.FaultProxy.Direction;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In front of a socket that the test itself answers on. */
@Timeout(30)
class FaultProxyIT {
    private static final int PATIENCE_MILLIS = 10_000;
    /** For what must not come. */
    private static final int SHORT_MILLIS = 100;

    private ServerSocket target;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        target = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        target.setSoTimeout(PATIENCE_MILLIS);
        proxy = FaultProxy.to((InetSocketAddress) target.getLocalSocketAddress());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        target.close();
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(proxy.address().getAddress(), proxy.address().getPort());
        client.setSoTimeout(PATIENCE_MILLIS);
        return client;
    }

    private Socket accept() throws IOException {
        Socket accepted = target.accept();
        accepted.setSoTimeout(PATIENCE_MILLIS);
        return accepted;
    }

    private static void assertPasses(Socket from, Socket to, int value) throws IOException {
        from.getOutputStream().write(value);
        assertThat(to.getInputStream().read()).isEqualTo(value);
    }

    private static void assertSilent(Socket end) throws IOException {
        end.setSoTimeout(SHORT_MILLIS);
        assertThatThrownBy(() -> end.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        end.setSoTimeout(PATIENCE_MILLIS);
    }

    private static void assertReset(Socket end) {
        assertThatThrownBy(() -> end.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void passesBothWaysAndTheEndOfEither() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            assertPasses(client, server, 1);
            assertPasses(server, client, 2);
            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            assertPasses(server, client, 3);
            server.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void losesNothingOfALotFollowedByTheEnd() throws Exception {
        byte[] lot = new byte[8 << 20];
        new Random(1).nextBytes(lot);
        try (Socket client = connect();
                Socket server = accept()) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    client.getOutputStream().write(lot);
                    client.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(server.getInputStream().readAllBytes()).isEqualTo(lot);
            sending.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void breaksOnceSoMuchHasPassed() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            assertPasses(client, server, 1);
            proxy.breakAfter(Direction.TO_TARGET, 2);
            assertPasses(server, client, 2);
            assertPasses(client, server, 3);
            client.getOutputStream().write(4);
            assertReset(client);
        }
        assertThat(proxy.passed(Direction.TO_TARGET)).isEqualTo(3);
        assertThat(proxy.passed(Direction.TO_CLIENTS)).isEqualTo(1);
        try (Socket client = connect();
                Socket server = accept()) {
            assertPasses(client, server, 5);
            assertPasses(client, server, 6);
        }
    }

    @Test
    void stallsWhenSoMuchHasPassed() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            proxy.stallAfter(Direction.TO_TARGET, 2);
            assertPasses(client, server, 1);
            assertPasses(server, client, 2);
            assertPasses(client, server, 3);
            client.getOutputStream().write(4);
            server.getOutputStream().write(5);
            assertSilent(server);
            assertSilent(client);
            proxy.heal();
            assertThat(server.getInputStream().read()).isEqualTo(4);
            assertThat(client.getInputStream().read()).isEqualTo(5);
            assertPasses(client, server, 6);
        }
    }

    @Test
    void passesAResetOn() throws Exception {
        try (Socket client = connect()) {
            Socket server = accept();
            assertPasses(client, server, 1);
            server.setSoLinger(true, 0);
            server.close();
            assertReset(client);
        }
    }

    @Test
    void aCutResetsBothEndsAndRefusesUntilItIsHealed() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            assertPasses(client, server, 1);
            proxy.cut();
            assertReset(client);
            assertReset(server);
            assertThat(proxy.connections()).isZero();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
        for (int i = 0; i < 100; i++) {
            proxy.cut();
            proxy.heal();
        }
        try (Socket client = connect();
                Socket server = accept()) {
            assertPasses(client, server, 2);
        }
    }

    @Test
    void aStallKeepsConnectionsAndPassesWhatWaitedOnceHealed() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            assertPasses(client, server, 1);
            proxy.stall();
            client.getOutputStream().write(2);
            server.getOutputStream().write(3);
            server.shutdownOutput();
            assertSilent(server);
            assertSilent(client);
            try (Socket late = connect()) {
                late.getOutputStream().write(4);
                proxy.heal();
                assertThat(server.getInputStream().read()).isEqualTo(2);
                assertThat(client.getInputStream().read()).isEqualTo(3);
                assertThat(client.getInputStream().read()).isEqualTo(-1);
                try (Socket lateServer = accept()) {
                    assertThat(lateServer.getInputStream().read()).isEqualTo(4);
                }
            }
        }
    }

    @Test
    void aStallEndedByACutPassesNothing() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            assertPasses(client, server, 1);
            proxy.stall();
            client.getOutputStream().write(2);
            proxy.cut();
            assertReset(server);
            proxy.stall();
            try (Socket late = connect()) {
                assertSilent(late);
            }
        }
    }

    @Test
    void aDelayHoldsEachDirectionAndKeepsTheOrder() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            Duration delay = Duration.ofMillis(150);
            proxy.delay(delay);
            long before = System.nanoTime();
            assertPasses(client, server, 1);
            assertPasses(server, client, 2);
            assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(2 * delay.toNanos());
            client.getOutputStream().write(3);
            proxy.delay(Duration.ZERO);
            assertPasses(server, client, 5);
            client.getOutputStream().write(4);
            assertThat(server.getInputStream().readNBytes(2)).containsExactly(3, 4);
        }
    }

    @Test
    void aTargetThatIsAwayEndsTheConnection() throws Exception {
        target.close();
        try (Socket client = connect()) {
            assertReset(client);
        }
    }
}
