package im.route;

import static im.proto.base.ClientType.CLIENT_TYPE_WINDOWS;
import static im.route.FakeMsgServer.client;
import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Command;
import im.proto.Commands;
import im.proto.buddy.IMUsersStatReq;
import im.testkit.WireClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a msg-server may do to its link, and that it does it to no other. */
class LinkIT {
    private static final int ALICE = 1;
    private static final int BOB = 2;

    private RouteServer server;
    private FakeMsgServer good;
    private FakeMsgServer bad;

    @BeforeEach
    void start() throws IOException {
        server = RouteServers.start();
        good = FakeMsgServer.link(server, true, client(ALICE, CLIENT_TYPE_WINDOWS));
        bad = FakeMsgServer.link(server, true, client(BOB, CLIENT_TYPE_WINDOWS));
        good.hearsOnline(BOB);
    }

    @AfterEach
    void stop() throws IOException {
        good.close();
        bad.close();
        server.close();
    }

    static Stream<byte[]> garbage() {
        return Stream.concat(
                Stream.of(header(1, 0), header(-1, 0), header(5 << 20, 0x0708), header(16, 0x0103)),
                RouteServers.SAID_BY_MSG_SERVERS.stream().map(LinkIT::unparsable));
    }

    private static byte[] header(int length, int commandId) {
        return ByteBuffer.allocate(WireClient.Frame.HEADER_LENGTH)
                .putInt(length)
                .putInt(1 << 16)
                .putShort((short) 7)
                .putShort((short) commandId)
                .putInt(0)
                .array();
    }

    private static byte[] unparsable(Command<?> command) {
        byte[] header = header(WireClient.Frame.HEADER_LENGTH + 1, command.commandId());
        return ByteBuffer.allocate(header.length + 1)
                .put(header)
                .put((byte) 0x0a)
                .array();
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void garbageEndsOnlyItsOwnLink(byte[] garbage) throws IOException {
        bad.wire().sendRaw(garbage);

        bad.wire().expectClosed();
        good.hearsOffline(BOB);
        good.hearsNothing();
    }

    @Test
    void whatIsUnknownIsIgnored() throws IOException {
        bad.wire().sendRaw(header(16, 0x07f0));
        bad.hearsNothing();
    }

    @Test
    void heartbeatsComeAndAreNotAnswered() throws IOException {
        try (RouteServer lively = RouteServers.start("link.heartbeat=50ms");
                FakeMsgServer link = FakeMsgServer.connect(lively)) {
            WireClient.Frame heartbeat = link.wire().expectFrame(Commands.OTHER_HEARTBEAT);
            assertThat(heartbeat.seq()).isZero();
        }
        bad.wire().sendRaw(header(16, 0x0701));
        bad.wire()
                .send(
                        Commands.BUDDY_LIST_USERS_STATUS_REQUEST,
                        3,
                        IMUsersStatReq.newBuilder().setUserId(1).build());
        assertThat(bad.wire().receive().commandId()).isEqualTo(0x020b);
    }

    @Test
    void aSilentLinkIsGivenUp() throws IOException {
        try (RouteServer impatient = RouteServers.start("link.idle=100ms");
                FakeMsgServer link = FakeMsgServer.connect(impatient)) {
            link.wire().expectClosed();
        }
    }

    @Test
    void moreLinksThanAllowedAreClosedAtOnce() throws IOException {
        try (RouteServer small = RouteServers.start("max-links=1");
                FakeMsgServer first = FakeMsgServer.link(small, true)) {
            try (FakeMsgServer second = FakeMsgServer.connect(small)) {
                second.wire().expectClosed();
            }
            first.hearsNothing();
        }
    }

    @Test
    void moreUsersThanAllowedEndTheLink() throws IOException {
        try (RouteServer small = RouteServers.start("link.max-users=2")) {
            try (FakeMsgServer link = FakeMsgServer.link(small, false, client(ALICE, CLIENT_TYPE_WINDOWS))) {
                link.came(ALICE, CLIENT_TYPE_WINDOWS);
                link.came(BOB, CLIENT_TYPE_WINDOWS);
                link.hearsNothing();
                link.came(3, CLIENT_TYPE_WINDOWS);
                link.wire().expectClosed();
            }
        }
    }
}
