package im.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.proto.Commands;
import im.proto.buddy.IMAllUserReq;
import im.proto.other.IMHeartBeat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a socket that the test itself answers on. */
class WireClientIT {
    private static final IMAllUserReq REQUEST =
            IMAllUserReq.newBuilder().setUserId(1).setLatestUpdateTime(2).build();

    private ServerSocket listener;
    private WireClient client;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        client = WireClient.connect("127.0.0.1", listener.getLocalPort(), Duration.ofMillis(300));
        server = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        listener.close();
    }

    @Test
    void sendsWhatItReceives() throws IOException {
        client.send(Commands.BUDDY_LIST_ALL_USER_REQUEST, 65_535, REQUEST);
        int length = WireClient.frame(Commands.BUDDY_LIST_ALL_USER_REQUEST, 0, REQUEST).length;
        server.getOutputStream().write(server.getInputStream().readNBytes(length));
        WireClient.Frame frame = client.receive();
        assertThat(frame.version()).isEqualTo(1);
        assertThat(frame.serviceId()).isEqualTo(2);
        assertThat(frame.commandId()).isEqualTo(0x0208);
        assertThat(frame.seq()).isEqualTo(65_535);
        assertThat(frame.parse(Commands.BUDDY_LIST_ALL_USER_REQUEST)).isEqualTo(REQUEST);
    }

    @Test
    void passesOverHeartbeatsUnlessAskedForThem() throws IOException {
        byte[] heartbeat = WireClient.frame(Commands.OTHER_HEARTBEAT, 0, IMHeartBeat.getDefaultInstance());
        server.getOutputStream().write(heartbeat);
        server.getOutputStream().write(heartbeat);
        server.getOutputStream().write(WireClient.frame(Commands.BUDDY_LIST_ALL_USER_REQUEST, 0, REQUEST));
        server.getOutputStream().write(heartbeat);
        server.close();
        client.expect(Commands.OTHER_HEARTBEAT);
        assertThat(client.expect(Commands.BUDDY_LIST_ALL_USER_REQUEST)).isEqualTo(REQUEST);
        client.expectClosed();
    }

    @Test
    void failsOnAnotherCommand() throws IOException {
        server.getOutputStream().write(WireClient.frame(Commands.BUDDY_LIST_ALL_USER_REQUEST, 0, REQUEST));
        assertThatThrownBy(() -> client.expect(Commands.FILE_NOTIFY)).hasMessageContaining("ALL_USER");
    }

    @Test
    void failsWhenNothingComesInTime() {
        assertThatThrownBy(client::receive).isInstanceOf(AssertionError.class).hasMessageContaining("300 ms");
        assertThatThrownBy(client::expectClosed)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("300 ms");
    }

    @Test
    void failsWhenAFrameComesInsteadOfTheEnd() throws IOException {
        server.getOutputStream().write(WireClient.frame(Commands.BUDDY_LIST_ALL_USER_REQUEST, 0, REQUEST));
        server.close();
        assertThatThrownBy(client::expectClosed)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ALL_USER");
    }

    @Test
    void takesAResetForTheEnd() throws IOException {
        server.setSoLinger(true, 0);
        server.close();
        client.expectClosed();
    }
}
