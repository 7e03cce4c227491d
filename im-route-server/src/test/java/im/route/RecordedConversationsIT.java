package im.route;

import static im.proto.base.ClientType.CLIENT_TYPE_WINDOWS;
import static im.route.FakeMsgServer.client;
import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.base.ClientType;
import im.testkit.Vectors;
import im.testkit.Vectors.Recorded;
import im.testkit.WireClient;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reference msg-server said to its route-server is said to ours, with a second msg-server to hear of it. */
class RecordedConversationsIT {
    private static final int BOB = 2;
    private static final int HEARTBEAT = Commands.OTHER_HEARTBEAT.commandId();
    private static final int STATUS_REQUEST = Commands.BUDDY_LIST_USERS_STATUS_REQUEST.commandId();
    private static final Set<Integer> FOR_BOB = Set.of(
            Commands.FILE_NOTIFY.commandId(),
            Commands.MSG_DATA.commandId(),
            Commands.OTHER_SERVER_KICK_USER.commandId());

    private RouteServer server;
    private FakeMsgServer reference;

    @BeforeEach
    void start() throws IOException {
        server = RouteServers.start();
        reference = FakeMsgServer.connect(server);
    }

    @AfterEach
    void stop() throws IOException {
        reference.close();
        server.close();
    }

    private static List<Recorded> recorded(String from, String to) {
        return Vectors.load("backend").stream()
                .filter(Recorded.class::isInstance)
                .map(Recorded.class::cast)
                .filter(pdu -> pdu.from().equals(from) && pdu.to().equals(to) && pdu.commandId() != HEARTBEAT)
                .toList();
    }

    private static byte[] body(byte[] frame) {
        return Arrays.copyOfRange(frame, WireClient.Frame.HEADER_LENGTH, frame.length);
    }

    @Test
    void requestsAreAnsweredByteForByte() throws IOException {
        List<Recorded> answers = recorded("route", "msg").stream()
                .filter(pdu -> pdu.commandId() == Commands.BUDDY_LIST_USERS_STATUS_RESPONSE.commandId())
                .toList();
        int answered = 0;
        for (Recorded pdu : recorded("msg", "route")) {
            reference.wire().sendRaw(pdu.bytes());
            if (pdu.commandId() == STATUS_REQUEST) {
                assertThat(reference.wire().receive().raw())
                        .as(pdu.toString())
                        .isEqualTo(answers.get(answered++).bytes());
            }
        }
        assertThat(answered).isEqualTo(answers.size()).isPositive();
    }

    /**
     * The recorded system had one msg-server, which was told of its own users; with ours, the others are. Of clients on mobiles the
     * reference told nothing.
     */
    @Test
    void anotherMsgServerHearsOfDesktopsByteForByte() throws IOException {
        try (FakeMsgServer other = FakeMsgServer.link(server, true)) {
            for (Recorded pdu : recorded("msg", "route")) {
                if (pdu.commandId() != STATUS_REQUEST && !isOfMobile(pdu)) {
                    reference.wire().sendRaw(pdu.bytes());
                    // Of news that come together only the latest about a user is told, and the recorded ones did not.
                    reference.hearsNothing();
                }
            }
            for (Recorded pdu : recorded("route", "msg")) {
                if (pdu.commandId() == Commands.BUDDY_LIST_STATUS_NOTIFY.commandId()) {
                    assertThat(other.wire().receive().raw()).as(pdu.toString()).isEqualTo(pdu.bytes());
                }
            }
            other.hearsNothing();
        }
    }

    private static boolean isOfMobile(Recorded pdu) throws IOException {
        if (pdu.commandId() != Commands.OTHER_USER_STATUS_UPDATE.commandId()) {
            return false;
        }
        ClientType type = Commands.OTHER_USER_STATUS_UPDATE
                .parser()
                .parseFrom(body(pdu.bytes()))
                .getClientType();
        return type == ClientType.CLIENT_TYPE_ANDROID || type == ClientType.CLIENT_TYPE_IOS;
    }

    @Test
    void whatIsForAUserElsewhereGoesThereByteForByte() throws IOException {
        try (FakeMsgServer other = FakeMsgServer.link(server, true, client(BOB, CLIENT_TYPE_WINDOWS))) {
            int forwarded = 0;
            for (Recorded pdu : recorded("msg", "route")) {
                reference.wire().sendRaw(pdu.bytes());
                if (FOR_BOB.contains(pdu.commandId()) && isForBob(pdu)) {
                    assertThat(nextThatIsNoNews(other).raw()).as(pdu.toString()).isEqualTo(pdu.bytes());
                    forwarded++;
                }
            }
            assertThat(forwarded).isPositive();
        }
    }

    private static boolean isForBob(Recorded pdu) throws IOException {
        byte[] body = body(pdu.bytes());
        if (pdu.commandId() == Commands.FILE_NOTIFY.commandId()) {
            return Commands.FILE_NOTIFY.parser().parseFrom(body).getToUserId() == BOB;
        }
        if (pdu.commandId() == Commands.MSG_DATA.commandId()) {
            return Commands.MSG_DATA.parser().parseFrom(body).getToSessionId() == BOB;
        }
        return Commands.OTHER_SERVER_KICK_USER.parser().parseFrom(body).getUserId() == BOB;
    }

    private static WireClient.Frame nextThatIsNoNews(FakeMsgServer link) throws IOException {
        WireClient.Frame frame = link.wire().receive();
        while (frame.commandId() == HEARTBEAT || frame.commandId() == Commands.BUDDY_LIST_STATUS_NOTIFY.commandId()) {
            frame = link.wire().receive();
        }
        return frame;
    }
}
