package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.MsgType;
import im.proto.base.SessionType;
import im.proto.base.UserStatType;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMMsgData;
import im.testkit.FaultProxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The first msg-server is cut off from the others, and clients of before there was any of this are told afterwards what they did not hear,
 * once each. alice and carol are at the first, and bob is at the second.
 */
class MissedMessagesIT {
    private static final int ALICE = 1;
    private static final int BOB = 2;

    /** Where it stands who is where. */
    enum Middle {
        ROUTE_SERVERS,
        REDIS
    }

    @TempDir
    Path folder;

    private FaultyCluster cluster;
    private Speaker alice;
    private Speaker bob;
    private Speaker carol;

    private void start(Middle middle) throws Exception {
        Map<String, String> soon = Map.of("msg-server.elsewhere.grace", "500ms");
        cluster =
                middle == Middle.REDIS ? FaultyCluster.startOverRedis(folder, soon) : FaultyCluster.start(folder, soon);
        alice = Speaker.login(cluster.msgServerAddress(0), "alice", ClientType.CLIENT_TYPE_WINDOWS);
        bob = Speaker.login(cluster.msgServerAddress(1), "bob", ClientType.CLIENT_TYPE_WINDOWS);
        carol = Speaker.login(cluster.msgServerAddress(0), "carol", ClientType.CLIENT_TYPE_WINDOWS);
        awaitReach(UserStatType.USER_STATUS_ONLINE);
    }

    @AfterEach
    void stop() throws Exception {
        for (Speaker speaker : new Speaker[] {alice, bob, carol}) {
            if (speaker != null) {
                speaker.close();
            }
        }
        cluster.close();
    }

    private void awaitReach(UserStatType status) throws Exception {
        alice.awaitStatus(BOB, status);
        bob.awaitStatus(ALICE, status);
    }

    private void cut() throws Exception {
        cluster.toMiddle(0).forEach(FaultProxy::cut);
        awaitReach(UserStatType.USER_STATUS_OFFLINE);
    }

    private void heal() throws Exception {
        cluster.toMiddle(0).forEach(FaultProxy::heal);
        awaitReach(UserStatType.USER_STATUS_ONLINE);
    }

    /** Says it, and has the answer that it is stored. */
    private static void say(Speaker from, int to, String text) throws Exception {
        from.ask(
                Commands.MSG_DATA,
                IMMsgData.newBuilder()
                        .setFromUserId(0)
                        .setToSessionId(to)
                        .setMsgId(0)
                        .setCreateTime(0)
                        .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                        .setMsgData(ByteString.copyFromUtf8(text))
                        .build(),
                Commands.MSG_DATA_ACK);
    }

    /** These are the next messages, and nothing comes in between. */
    private static void hears(Speaker client, String... texts) throws Exception {
        for (String text : texts) {
            assertThat(client.hear(Commands.MSG_DATA).getMsgData().toStringUtf8())
                    .isEqualTo(text);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasStoredMeanwhileEachIsToldOnce(Middle middle) throws Exception {
        start(middle);
        say(bob, ALICE, "before");
        say(carol, ALICE, "from here");
        hears(alice, "before", "from here");
        cut();
        say(bob, ALICE, "one");
        say(carol, ALICE, "from here meanwhile");
        hears(alice, "from here meanwhile");
        say(bob, ALICE, "two");
        say(alice, BOB, "three");
        say(alice, BOB, "four");
        heal();
        hears(bob, "three", "four");
        hears(alice, "one", "two");

        say(bob, ALICE, "after");
        hears(alice, "after");
        say(alice, BOB, "after that");
        hears(bob, "after that");
        anotherCutTellsOnlyOfWhatIsNew();
    }

    @ParameterizedTest
    @EnumSource
    void whoHasFoundThemInTheHistoryIsNotTold(Middle middle) throws Exception {
        start(middle);
        cut();
        say(bob, ALICE, "one");
        assertThat(alice.ask(
                                Commands.MSG_LIST_REQUEST,
                                IMGetMsgListReq.newBuilder()
                                        .setUserId(0)
                                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                                        .setSessionId(BOB)
                                        .setMsgIdBegin(0)
                                        .setMsgCnt(10)
                                        .build(),
                                Commands.MSG_LIST_RESPONSE)
                        .getMsgListCount())
                .isEqualTo(1);
        say(bob, ALICE, "two");
        heal();
        hears(alice, "two");
        anotherCutTellsOnlyOfWhatIsNew();
    }

    /** After another cut all of the last half minute is looked at once more. */
    private void anotherCutTellsOnlyOfWhatIsNew() throws Exception {
        cut();
        say(bob, ALICE, "again");
        heal();
        hears(alice, "again");
    }
}
