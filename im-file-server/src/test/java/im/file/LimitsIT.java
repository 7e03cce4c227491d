package im.file;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.base.ClientFileRole;
import im.proto.other.IMHeartBeat;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import im.testkit.Hostile;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
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
    void aFloodOfConnectionsFromOneAddressLeavesRoomForOthers() throws Exception {
        start("client.max-connections=30", "client.max-connections-per-address=20");
        WireClient sender = server.sender(server.online(5));
        for (int i = 0; i < 200; i++) {
            server.connectFrom("127.0.0.2");
        }
        Eventually.until("the others are turned away", () -> server.reached("connections-per-address") == 180);
        assertThat(server.reached("connections")).isZero();
        assertServed(sender);
        assertServed(server.connect());
    }

    @Test
    void aLoginByteForByteIsTaken() throws Exception {
        start();
        byte[] login = WireClient.frame(
                Commands.FILE_LOGIN_REQ,
                1,
                FileServerFixture.loginRequest(
                                FileServerFixture.ALICE, server.online(5), ClientFileRole.CLIENT_REALTIME_SENDER)
                        .build());
        WireClient sender = server.connect();
        for (byte one : login) {
            sender.sendRaw(new byte[] {one});
        }
        assertThat(sender.expect(Commands.FILE_LOGIN_RES).getResultCode()).isZero();
    }

    @Test
    void aFrameOfFourGigabytesIsNotWaitedFor() throws Exception {
        start();
        byte[] announced = HexFormat.of().parseHex("ffffffff000100000007070100000000");
        WireClient stranger = server.connect();
        stranger.sendRaw(announced);
        stranger.expectClosed();
        WireClient sender = server.sender(server.online(5));
        sender.sendRaw(announced);
        sender.expectClosed();
        assertThat(server.reached("frame")).isEqualTo(2);
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
    void heartbeatsWithoutALoginDoNotKeepAConnection() throws Exception {
        start("client.before-login.time-to-log-in=300ms");
        Hostile.heartbeatsUntilClosed(server.connect());
        assertThat(server.reached("stay")).isEqualTo(1);
    }

    @Test
    void whoIsInMayTakeLongerThanWhoLogsIn() throws Exception {
        start("client.before-login.time-to-log-in=2s", "client.before-login.idle=2s");
        WireClient sender = server.sender(server.online(5));
        Hostile.heartbeatsUntilClosed(server.connect());
        assertServed(sender);
    }

    @Test
    void aLoginByteForByteDoesNotKeepAConnection() throws Exception {
        start("client.before-login.idle=300ms", "client.before-login.max-frame=64 KiB");
        WireClient sender = server.sender(server.online(5));
        Hostile.bytesUntilClosed(server.connect(), () -> assertServed(sender));
        assertThat(server.reached("idle")).isEqualTo(1);
    }

    @Test
    void whoVanishesWithoutAWordIsClosed() throws Exception {
        start("client.after-login.idle=1s");
        String task = server.online(5);
        try (FaultProxy network =
                        FaultProxy.to(server.server().clientAddresses().get(0));
                WireClient sender = WireClient.connect(network.address())) {
            sender.send(
                    Commands.FILE_LOGIN_REQ,
                    1,
                    FileServerFixture.loginRequest(FileServerFixture.ALICE, task, ClientFileRole.CLIENT_REALTIME_SENDER)
                            .build());
            sender.expect(Commands.FILE_LOGIN_RES);
            network.stall();
            Eventually.until("the silent one is given up", () -> server.clientCount() == 0);
            assertThat(server.reached("idle")).isEqualTo(1);
        }
    }

    @Test
    void anUploadThatMayOnlySendSoFastIsSlowedDownAndArrives() throws Exception {
        start("client.after-login.rate.bytes=512 KiB", "client.after-login.rate.bytes-at-once=64 KiB");
        byte[] content = new byte[400_000];
        Arrays.fill(content, (byte) 7);
        server.stored(content);
        assertThat(server.reached("bytes-per-second")).isPositive();
    }

    @Test
    void msgServersAreNotCounted() throws Exception {
        start("client.max-connections=1", "client.max-connections-per-address=1");
        for (int i = 0; i < 5; i++) {
            assertServed(server.connectMsgServer());
        }
    }
}
