package im.db;

import static im.db.AskedProxy.ALICE;
import static im.db.AskedProxy.BOB;
import static im.db.AskedProxy.CAROL;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.db.domain.Profile;
import im.db.domain.UserName;
import im.proto.Commands;
import im.proto.base.ContactSessionInfo;
import im.proto.base.MsgInfo;
import im.proto.base.MsgType;
import im.proto.base.SessionStatusType;
import im.proto.base.SessionType;
import im.proto.base.UnreadInfo;
import im.proto.buddy.IMRecentContactSessionReq;
import im.proto.buddy.IMRecentContactSessionRsp;
import im.proto.buddy.IMRemoveSessionReq;
import im.proto.buddy.IMRemoveSessionRsp;
import im.proto.message.IMGetLatestMsgIdReq;
import im.proto.message.IMGetLatestMsgIdRsp;
import im.proto.message.IMGetMsgByIdReq;
import im.proto.message.IMGetMsgByIdRsp;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMGetMsgListRsp;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataReadAck;
import im.proto.message.IMUnreadMsgCntReq;
import im.proto.message.IMUnreadMsgCntRsp;
import im.testkit.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages and what is asked about them, from a bare socket in the place of a msg-server. */
@Timeout(120)
class MessagesIT {
    private static final ByteString TOKEN = ByteString.copyFrom(new byte[] {0, 1, -1, 42});
    private static final ByteString NAME = ByteString.copyFromUtf8("a name of 20 bytes..");

    private AskedProxy proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = AskedProxy.start();
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
    }

    private static IMMsgData.Builder message(int from, int to, String text) {
        return IMMsgData.newBuilder()
                .setFromUserId(from)
                .setToSessionId(to)
                .setMsgId(77)
                .setCreateTime(77)
                .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                .setMsgData(ByteString.copyFromUtf8(text))
                .setAttachData(TOKEN);
    }

    private IMMsgData store(IMMsgData.Builder message) throws IOException {
        return proxy.ask(Commands.MSG_DATA, message.build(), Commands.MSG_DATA);
    }

    @Test
    void answersAMessageWithTheIdAndTimeThatItGave() throws IOException {
        IMMsgData.Builder message = message(ALICE, BOB, "hello").setClientMsgId(NAME);
        IMMsgData answer = store(message);
        assertThat(answer.getMsgId()).isEqualTo(1);
        assertThat(answer.getCreateTime()).isGreaterThan(1_600_000_000);
        assertThat(answer)
                .isEqualTo(message.setMsgId(1)
                        .setCreateTime(answer.getCreateTime())
                        .setResultCode(0)
                        .build());
        assertThat(store(message(BOB, ALICE, "hi")).getMsgId()).isEqualTo(2);
    }

    @Test
    void answersAMessageThatIsSentAgainAsTheFirstTime() throws Exception {
        IMMsgData first = store(message(ALICE, BOB, "hello").setClientMsgId(NAME));
        assertThat(store(message(ALICE, BOB, "hello").setClientMsgId(NAME))).isEqualTo(first);
        try (DbProxy another = DbProxy.start(Configurations.of(proxy.database));
                WireClient elsewhere = WireClient.connect(another.address())) {
            elsewhere.send(
                    Commands.MSG_DATA,
                    1,
                    message(ALICE, BOB, "hello").setClientMsgId(NAME).build());
            assertThat(elsewhere.expect(Commands.MSG_DATA)).isEqualTo(first);
        }
    }

    @Test
    void refusesWhatNeverCanBe() throws IOException {
        ByteString tooLong = ByteString.copyFrom(new byte[(64 << 10) + 1]);
        for (IMMsgData.Builder refused : List.of(
                message(ALICE, 99, "x"),
                message(99, ALICE, "x"),
                message(ALICE, 0, "x"),
                message(0, ALICE, "x"),
                message(ALICE, 5, "x").setMsgType(MsgType.MSG_TYPE_GROUP_TEXT),
                message(ALICE, BOB, "x").setMsgData(tooLong),
                message(ALICE, BOB, "x").setClientMsgId(ByteString.copyFromUtf8("7 bytes")),
                message(ALICE, BOB, "x").setClientMsgId(ByteString.copyFrom(new byte[33])))) {
            IMMsgData answer = store(refused);
            assertThat(answer.getResultCode()).isEqualTo(1);
            assertThat(answer.getMsgId()).isZero();
            assertThat(answer.getAttachData()).isEqualTo(TOKEN);
        }
        assertThat(store(message(ALICE, BOB, "hello")).getMsgId()).isEqualTo(1);
    }

    @Test
    void keepsTheOrderOfAConversationAndLosesNothingOfAStorm() throws IOException {
        ByteBuffer storm = ByteBuffer.allocate(1 << 20);
        for (int i = 0; i < 200; i++) {
            int from = i % 2 == 0 ? ALICE : BOB;
            storm.put(WireClient.frame(
                    Commands.MSG_DATA,
                    i,
                    message(from, from == ALICE ? BOB : ALICE, "m" + i).build()));
        }
        byte[] bytes = new byte[storm.flip().remaining()];
        storm.get(bytes);
        proxy.client.sendRaw(bytes);
        for (int i = 0; i < 200; i++) {
            WireClient.Frame frame = proxy.client.expectFrame(Commands.MSG_DATA);
            assertThat(frame.seq()).isEqualTo(i);
            assertThat(frame.parse(Commands.MSG_DATA).getMsgId()).isEqualTo(i + 1);
        }
        assertThat(page(0, 3).getMsgListList())
                .extracting(info -> info.getMsgData().toStringUtf8())
                .containsExactly("m199", "m198", "m197");
    }

    @Test
    void whateverBecomesOfOneOfManyMessagesTheOthersAreStored() throws IOException {
        ByteArrayOutputStream storm = new ByteArrayOutputStream();
        for (int i = 0; i < 300; i++) {
            IMMsgData.Builder message = message(ALICE, i % 3 == 2 ? CAROL : BOB, "m" + i);
            if (i % 30 == 15) {
                message = message(ALICE, 99, "to nobody");
            } else if (i % 30 == 20) {
                message = message(ALICE, CAROL, "again").setClientMsgId(NAME);
            }
            storm.write(WireClient.frame(Commands.MSG_DATA, i, message.build()));
        }
        proxy.client.sendRaw(storm.toByteArray());
        Map<Integer, IMMsgData> answers = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            WireClient.Frame frame = proxy.client.expectFrame(Commands.MSG_DATA);
            answers.put(frame.seq(), frame.parse(Commands.MSG_DATA));
        }
        int toBob = 0;
        int toCarol = 0;
        int again = 0;
        for (int i = 0; i < 300; i++) {
            IMMsgData answer = answers.get(i);
            assertThat(answer.getResultCode()).isEqualTo(i % 30 == 15 ? 1 : 0);
            if (i % 30 == 20) {
                again = again == 0 ? ++toCarol : again;
                assertThat(answer.getMsgId()).isEqualTo(again);
            } else if (i % 30 != 15) {
                assertThat(answer.getMsgId()).isEqualTo(i % 3 == 2 ? ++toCarol : ++toBob);
            }
        }
    }

    private IMGetMsgListRsp page(int begin, int count) throws IOException {
        return proxy.ask(
                Commands.MSG_LIST_REQUEST,
                IMGetMsgListReq.newBuilder()
                        .setUserId(BOB)
                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                        .setSessionId(ALICE)
                        .setMsgIdBegin(begin)
                        .setMsgCnt(count)
                        .setAttachData(TOKEN)
                        .build(),
                Commands.MSG_LIST_RESPONSE);
    }

    @Test
    void pagesThroughTheHistoryBackwards() throws IOException {
        int time = 0;
        for (int i = 1; i <= 5; i++) {
            time = store(message(ALICE, BOB, "m" + i)).getCreateTime();
        }
        IMGetMsgListRsp page = page(0, 2);
        assertThat(page.getUserId()).isEqualTo(BOB);
        assertThat(page.getSessionId()).isEqualTo(ALICE);
        assertThat(page.getMsgIdBegin()).isZero();
        assertThat(page.getAttachData()).isEqualTo(TOKEN);
        assertThat(page.getMsgList(0))
                .isEqualTo(MsgInfo.newBuilder()
                        .setMsgId(5)
                        .setFromSessionId(ALICE)
                        .setCreateTime(time)
                        .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                        .setMsgData(ByteString.copyFromUtf8("m5"))
                        .build());
        assertThat(page(3, -1).getMsgListList()).extracting(MsgInfo::getMsgId).containsExactly(3, 2, 1);
        assertThat(page(3, 0).getMsgListList()).isEmpty();
    }

    @Test
    void cutsAPageBeforeItsFrameIsTooLong() throws IOException {
        ByteString longest = ByteString.copyFrom(new byte[64 << 10]);
        for (int i = 0; i < 5; i++) {
            store(message(ALICE, BOB, "").setMsgData(longest));
        }
        IMGetMsgListRsp page = page(0, 100);
        assertThat(page.getMsgListList()).extracting(MsgInfo::getMsgId).containsExactly(5, 4, 3);
        assertThat(page.getMsgList(0).getMsgData()).isEqualTo(longest);
    }

    @Test
    void findsMessagesByTheirIds() throws IOException {
        for (int i = 1; i <= 3; i++) {
            store(message(ALICE, BOB, "m" + i));
        }
        IMGetMsgByIdRsp found = proxy.ask(
                Commands.MSG_GET_BY_MSG_ID_REQ,
                IMGetMsgByIdReq.newBuilder()
                        .setUserId(ALICE)
                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                        .setSessionId(BOB)
                        .addAllMsgIdList(List.of(3, 1, 3, 0, -1))
                        .setAttachData(TOKEN)
                        .build(),
                Commands.MSG_GET_BY_MSG_ID_RES);
        assertThat(found.getMsgListList()).extracting(MsgInfo::getMsgId).containsExactly(1, 3);
        assertThat(found.getAttachData()).isEqualTo(TOKEN);
    }

    @Test
    void saysWhichMessageIsTheLatest() throws IOException {
        assertThat(latest(BOB, ALICE)).isZero();
        store(message(ALICE, BOB, "1"));
        store(message(ALICE, BOB, "2"));
        assertThat(latest(BOB, ALICE)).isEqualTo(2);
        assertThat(latest(CAROL, ALICE)).isZero();
        assertThat(latest(CAROL, 0)).isZero();
    }

    private int latest(int user, int session) throws IOException {
        IMGetLatestMsgIdRsp answer = proxy.ask(
                Commands.MSG_GET_LATEST_MSG_ID_REQ,
                IMGetLatestMsgIdReq.newBuilder()
                        .setUserId(user)
                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                        .setSessionId(session)
                        .setAttachData(TOKEN)
                        .build(),
                Commands.MSG_GET_LATEST_MSG_ID_RSP);
        assertThat(answer.getAttachData()).isEqualTo(TOKEN);
        return answer.getLatestMsgId();
    }

    private IMUnreadMsgCntRsp unread(int user) throws IOException {
        return proxy.ask(
                Commands.MSG_UNREAD_CNT_REQUEST,
                IMUnreadMsgCntReq.newBuilder()
                        .setUserId(user)
                        .setAttachData(TOKEN)
                        .build(),
                Commands.MSG_UNREAD_CNT_RESPONSE);
    }

    private void read(int user, int session, int id) throws IOException {
        proxy.client.send(
                Commands.MSG_READ_ACK,
                1,
                IMMsgDataReadAck.newBuilder()
                        .setUserId(user)
                        .setSessionId(session)
                        .setMsgId(id)
                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                        .build());
    }

    @Test
    void countsUnreadMessagesUntilTheyAreRead() throws IOException {
        store(message(ALICE, BOB, "1"));
        store(message(ALICE, BOB, "2"));
        store(message(CAROL, BOB, "3"));
        store(message(BOB, CAROL, "4"));
        IMUnreadMsgCntRsp unread = unread(BOB);
        assertThat(unread.getTotalCnt()).isEqualTo(3);
        assertThat(unread.getAttachData()).isEqualTo(TOKEN);
        assertThat(unread.getUnreadinfoListList())
                .contains(UnreadInfo.newBuilder()
                        .setSessionId(ALICE)
                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                        .setUnreadCnt(2)
                        .setLatestMsgId(2)
                        .setLatestMsgData(ByteString.copyFromUtf8("2"))
                        .setLatestMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                        .setLatestMsgFromUserId(ALICE)
                        .build());
        // Without an answer, and without waiting: a user's requests keep their order.
        read(BOB, ALICE, 2);
        read(BOB, 0, 2);
        assertThat(unread(BOB).getTotalCnt()).isEqualTo(1);
        read(BOB, CAROL, 1);
        assertThat(unread(BOB).getUnreadinfoListList()).isEmpty();
        assertThat(unread(0).getTotalCnt()).isZero();
    }

    private IMRecentContactSessionRsp recent(int user, int since) throws IOException {
        return proxy.ask(
                Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST,
                IMRecentContactSessionReq.newBuilder()
                        .setUserId(user)
                        .setLatestUpdateTime(since)
                        .setAttachData(TOKEN)
                        .build(),
                Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_RESPONSE);
    }

    @Test
    void listsRecentConversationsUntilTheyAreHidden() throws IOException {
        int time = store(message(ALICE, BOB, "1")).getCreateTime();
        IMRecentContactSessionRsp recent = recent(BOB, 0);
        assertThat(recent.getAttachData()).isEqualTo(TOKEN);
        assertThat(recent.getContactSessionListList())
                .containsExactly(ContactSessionInfo.newBuilder()
                        .setSessionId(ALICE)
                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                        .setSessionStatus(SessionStatusType.SESSION_STATUS_OK)
                        .setUpdatedTime(time)
                        .setLatestMsgId(1)
                        .setLatestMsgData(ByteString.copyFromUtf8("1"))
                        .setLatestMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                        .setLatestMsgFromUserId(ALICE)
                        .build());
        assertThat(recent(BOB, time + 1).getContactSessionListList()).isEmpty();
        assertThat(hide(BOB, ALICE).getResultCode()).isZero();
        assertThat(recent(BOB, 0).getContactSessionListList()).isEmpty();
        assertThat(recent(ALICE, 0).getContactSessionListCount()).isEqualTo(1);
        store(message(ALICE, BOB, "2"));
        assertThat(recent(BOB, 0).getContactSessionListCount()).isEqualTo(1);
        assertThat(hide(BOB, CAROL).getResultCode()).isEqualTo(1);
        assertThat(hide(BOB, 0).getResultCode()).isEqualTo(1);
    }

    private IMRemoveSessionRsp hide(int user, int session) throws IOException {
        IMRemoveSessionRsp answer = proxy.ask(
                Commands.BUDDY_LIST_REMOVE_SESSION_REQ,
                IMRemoveSessionReq.newBuilder()
                        .setUserId(user)
                        .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                        .setSessionId(session)
                        .setAttachData(TOKEN)
                        .build(),
                Commands.BUDDY_LIST_REMOVE_SESSION_RES);
        assertThat(answer.getSessionId()).isEqualTo(session);
        assertThat(answer.getAttachData()).isEqualTo(TOKEN);
        return answer;
    }

    @Test
    void leavesOutOldDataBeforeAListOfConversationsIsTooLong() throws Exception {
        List<Integer> senders = new ArrayList<>();
        try (Accounts accounts = Accounts.open(Configurations.of(proxy.database))) {
            for (int i = 0; i < 5; i++) {
                senders.add(accounts.add(new UserName("user" + i), "pw", Profile.ofNickName("x"))
                        .unsigned());
            }
        }
        for (int sender : senders) {
            store(message(sender, BOB, "").setMsgData(ByteString.copyFrom(new byte[64 << 10])));
        }
        assertThat(unread(BOB).getUnreadinfoListList())
                .hasSize(5)
                .filteredOn(info -> info.getLatestMsgData().size() == 64 << 10)
                .hasSize(3);
        assertThat(recent(BOB, 0).getContactSessionListList())
                .hasSize(5)
                .filteredOn(info -> info.getLatestMsgData().size() == 64 << 10)
                .hasSize(3);
    }

    @Test
    void twoDbProxiesGiveEveryIdOnce() throws Exception {
        int each = 100;
        List<Integer> ids = new ArrayList<>();
        try (DbProxy another = DbProxy.start(Configurations.of(proxy.database));
                WireClient elsewhere = WireClient.connect(another.address())) {
            for (int i = 0; i < each; i++) {
                proxy.client.send(
                        Commands.MSG_DATA, 1, message(ALICE, BOB, "a" + i).build());
                elsewhere.send(
                        Commands.MSG_DATA, 1, message(BOB, ALICE, "b" + i).build());
            }
            for (int i = 0; i < each; i++) {
                ids.add(proxy.client.expect(Commands.MSG_DATA).getMsgId());
                ids.add(elsewhere.expect(Commands.MSG_DATA).getMsgId());
            }
        }
        assertThat(ids)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 2 * each).boxed().toList());
    }
}
