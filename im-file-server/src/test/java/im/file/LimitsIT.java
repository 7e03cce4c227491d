package im.file;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.other.IMHeartBeat;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those may use of a file-server of whom nothing is known. */
class LimitsIT {
    @TempDir
    Path folder;

    private FileServerFixture server;

    private void start(String... settings) throws IOException {
        server = new FileServerFixture(folder, settings);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static void assertServed(WireClient client) throws IOException {
        client.send(Commands.OTHER_HEARTBEAT, 1, IMHeartBeat.getDefaultInstance());
        client.expect(Commands.OTHER_HEARTBEAT);
    }

    @Test
    void oneAddressHasOnlySoManyConnectionsAndAnotherIsServed() throws Exception {
        start("client.max-connections-per-address=1");
        WireClient first = server.connect();
        assertServed(first);
        server.connect().expectClosed();
        assertThat(server.reached("connections-per-address")).isEqualTo(1);
        assertServed(server.connectFrom("127.0.0.2"));
        assertServed(first);
    }

    @Test
    void thereAreOnlySoManyConnectionsAtAllShardsTogether() throws Exception {
        start("client.max-connections=1", "shards=2");
        WireClient first = server.connect();
        assertServed(first);
        try (WireClient second =
                WireClient.connect(server.server().clientAddresses().get(1))) {
            second.expectClosed();
        }
        assertThat(server.reached("connections")).isEqualTo(1);
        assertServed(first);
    }

    @Test
    void msgServersAreNotCounted() throws Exception {
        start("client.max-connections=1", "client.max-connections-per-address=1");
        for (int i = 0; i < 5; i++) {
            assertServed(server.connectMsgServer());
        }
    }
}
