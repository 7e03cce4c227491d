package im.e2e;

import static im.e2e.BareWire.ALICE;
import static im.e2e.BareWire.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.MsgType;
import im.proto.base.SessionType;
import im.proto.base.UserStatType;
import im.proto.message.IMClientTimeReq;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataAck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How often a receiver is told of one message, as its socket sees it. bob is at the first msg-server, and so is alice's desktop; her
 * mobile is at the second.
 */
class RedeliveryIT {
    @TempDir
    Path folder;

    private TwoMsgServers servers;
    private Speaker alice;
    private Speaker alicesMobile;
    private Speaker bob;

    @BeforeEach
    void start() throws Exception {
        servers = TwoMsgServers.start(folder, Map.of());
        alice = Speaker.login(servers.address(0), "alice", ClientType.CLIENT_TYPE_WINDOWS);
        alicesMobile = Speaker.login(servers.address(1), "alice", ClientType.CLIENT_TYPE_ANDROID);
        bobConnects();
        alicesMobile.awaitStatus(BOB, UserStatType.USER_STATUS_ONLINE);
    }

    @AfterEach
    void stop() throws Exception {
        for (Speaker speaker : new Speaker[] {alice, alicesMobile, bob}) {
            speaker.close();
        }
        servers.close();
    }

    private void bobConnects() throws Exception {
        bob = Speaker.login(servers.address(0), "bob", ClientType.CLIENT_TYPE_WINDOWS);
    }

    /** @return its id */
    private static int send(Speaker from, String name) throws IOException {
        return from.ask(
                        Commands.MSG_DATA,
                        IMMsgData.newBuilder()
                                .setFromUserId(ALICE)
                                .setToSessionId(BOB)
                                .setMsgId(0)
                                .setCreateTime(0)
                                .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                                .setMsgData(ByteString.copyFromUtf8(name))
                                .setClientMsgId(ByteString.copyFromUtf8(name))
                                .build(),
                        Commands.MSG_DATA_ACK)
                .getMsgId();
    }

    private void bobIsToldOf(int... ids) throws IOException {
        for (int id : ids) {
            assertThat(bob.hear(Commands.MSG_DATA).getMsgId()).isEqualTo(id);
        }
    }

    private void bobAcknowledges(int id) throws IOException {
        bob.say(
                Commands.MSG_DATA_ACK,
                IMMsgDataAck.newBuilder()
                        .setUserId(BOB)
                        .setSessionId(ALICE)
                        .setMsgId(id)
                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                        .build());
    }

    /** What bob has said has been heard. */
    private void bobLosesHisConnection() throws IOException {
        bob.ask(Commands.MSG_TIME_REQUEST, IMClientTimeReq.getDefaultInstance(), Commands.MSG_TIME_RESPONSE);
        bob.close();
    }

    @Test
    void whatIsNotAcknowledgedIsToldOncePerConnectionAndOnceMoreOnTheNext() throws Exception {
        assertThat(send(alice, "message one")).isEqualTo(1);
        // The second msg-server does not know it yet, and tells the first one of it.
        assertThat(send(alicesMobile, "message one")).isEqualTo(1);
        assertThat(send(alicesMobile, "message two")).isEqualTo(2);
        bobIsToldOf(1, 2);

        bobAcknowledges(2);
        bobLosesHisConnection();
        bobConnects();
        assertThat(send(alice, "message three")).isEqualTo(3);
        bobIsToldOf(1, 3);

        bobLosesHisConnection();
        bobConnects();
        assertThat(send(alice, "message four")).isEqualTo(4);
        bobIsToldOf(1, 3, 4);

        for (int id : new int[] {1, 3, 4}) {
            bobAcknowledges(id);
        }
        bobLosesHisConnection();
        bobConnects();
        assertThat(send(alice, "message five")).isEqualTo(5);
        bobIsToldOf(5);
    }
}
