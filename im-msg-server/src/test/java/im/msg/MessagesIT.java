package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.RecordResult;
import im.proto.base.ClientType;
import im.proto.base.MsgType;
import im.proto.base.SessionType;
import im.proto.file.IMFileHasOfflineReq;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataAck;
import im.testkit.Eventually;
import im.testkit.WireClient;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessagesIT {
    private static final ClientType WINDOWS = ClientType.CLIENT_TYPE_WINDOWS;
    private static final ClientType ANDROID = ClientType.CLIENT_TYPE_ANDROID;
    private static final ByteString NAME = ByteString.copyFromUtf8("a name of ours");
    private static final int MAX_DATA = 64 << 10;

    private Stack stack;
    private FakeMessages messages;
    private Client alice;
    private Client bob;

    @BeforeEach
    void start() throws Exception {
        stack = Stack.start(Map.of("link.call-timeout", "300ms"));
        messages = stack.db.messages;
        alice = stack.desktop("alice");
        bob = stack.desktop("bob");
        alice.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY);
    }

    @AfterEach
    void stop() throws Exception {
        stack.close();
    }

    private Client mobile(String name) throws IOException {
        return stack.closing(Client.loggedIn(stack.server, name, ANDROID));
    }

    /** As clients send it: who it is from, and what it will be, they do not decide. */
    private static IMMsgData message(int to, String text) {
        return message(to, MsgType.MSG_TYPE_SINGLE_TEXT, ByteString.copyFromUtf8(text));
    }

    private static IMMsgData message(int to, MsgType type, ByteString data) {
        return IMMsgData.newBuilder()
                .setFromUserId(99)
                .setToSessionId(to)
                .setMsgId(4711)
                .setCreateTime(4712)
                .setMsgType(type)
                .setMsgData(data)
                .setAttachData(ByteString.copyFromUtf8("a client's"))
                .build();
    }

    private static IMMsgData pushed(int from, int id, IMMsgData sent) {
        return IMMsgData.newBuilder()
                .setFromUserId(from)
                .setToSessionId(sent.getToSessionId())
                .setMsgId(id)
                .setCreateTime(FakeMessages.CREATED)
                .setMsgType(sent.getMsgType())
                .setMsgData(sent.getMsgData())
                .build();
    }

    private static void expectPush(Client client, int from, int id, IMMsgData sent) throws IOException {
        WireClient.Frame frame = client.expectFrame(Commands.MSG_DATA);
        assertThat(frame.seq()).isZero();
        assertThat(frame.parse(Commands.MSG_DATA)).isEqualTo(pushed(from, id, sent));
    }

    private static void expectAck(Client client, int seq, IMMsgDataAck ack) throws IOException {
        WireClient.Frame frame = client.expectFrame(Commands.MSG_DATA_ACK);
        assertThat(frame.seq()).isEqualTo(seq);
        assertThat(frame.parse(Commands.MSG_DATA_ACK)).isEqualTo(ack);
    }

    private static IMMsgDataAck ack(int user, int session, int id) {
        return ack(user, session, id, SessionType.SESSION_TYPE_SINGLE);
    }

    private static IMMsgDataAck ack(int user, int session, int id, SessionType type) {
        return IMMsgDataAck.newBuilder()
                .setUserId(user)
                .setSessionId(session)
                .setMsgId(id)
                .setSessionType(type)
                .build();
    }

    @Test
    void theSenderIsToldWhenItIsStoredAndNobodyIsTheReceiverBefore() throws Exception {
        stack.db.mood = FakeDbProxy.Mood.HOLDING;
        IMMsgData hello = message(2, "hello");
        alice.wire.send(Commands.MSG_DATA, 21, hello);
        alice.expectNothing();
        bob.expectNothing();

        Eventually.until("the db-proxy is asked", stack.db::holdsSomething);
        stack.db.answerHeld();

        expectAck(alice, 21, ack(1, 2, 1));
        expectPush(bob, 1, 1, hello);
        IMMsgData asked = messages.nextAsked();
        assertThat(asked.getFromUserId()).isEqualTo(1);
        assertThat(asked.getMsgId()).isZero();
        assertThat(asked.getClientMsgId().size()).isBetween(8, 32);
        alice.expectNothing();
    }

    @Test
    void everyOtherSessionOfSenderAndReceiverGetsIt() throws Exception {
        Client alicesMobile = mobile("alice");
        Client bobsMobile = mobile("bob");
        Client carol = stack.desktop("carol");
        IMMsgData hello = message(2, MsgType.MSG_TYPE_SINGLE_AUDIO, ByteString.copyFrom(new byte[] {0, -1, 1}));

        alice.wire.send(Commands.MSG_DATA, 21, hello);

        expectPush(bob, 1, 1, hello);
        expectPush(skippingDesktopNews(bobsMobile), 1, 1, hello);
        expectPush(skippingDesktopNews(alicesMobile), 1, 1, hello);
        expectAck(alice, 21, ack(1, 2, 1));
        for (Client client : new Client[] {alice, bob, bobsMobile, carol}) {
            client.expectNothing();
        }
    }

    private static Client skippingDesktopNews(Client mobile) throws IOException {
        mobile.expect(Commands.BUDDY_LIST_PC_LOGIN_STATUS_NOTIFY);
        return mobile;
    }

    @Test
    void aMessageToAGroupGoesToItsMembers() throws Exception {
        Client carol = stack.desktop("carol");
        IMMsgData hello =
                message(FakeMessages.GROUP, MsgType.MSG_TYPE_GROUP_TEXT, ByteString.copyFromUtf8("hello all"));

        alice.wire.send(Commands.MSG_DATA, 21, hello);

        expectAck(alice, 21, ack(1, FakeMessages.GROUP, 1, SessionType.SESSION_TYPE_GROUP));
        expectPush(carol, 1, 1, hello);
        bob.expectNothing();
        alice.expectNothing();
    }

    @Test
    void oneMayWriteToOneself() throws Exception {
        Client mobile = mobile("alice");
        IMMsgData note = message(1, "a note");
        alice.wire.send(Commands.MSG_DATA, 21, note);
        expectAck(alice, 21, ack(1, 1, 1));
        expectPush(skippingDesktopNews(mobile), 1, 1, note);
        mobile.expectNothing();
    }

    @ParameterizedTest
    @EnumSource(
            value = RecordResult.class,
            names = {"REFUSED", "NOT_NOW"})
    void whatIsNotStoredIsNotAnswered(RecordResult result) throws Exception {
        messages.result = result;
        alice.wire.send(Commands.MSG_DATA, 21, message(2, "lost"));
        messages.nextAsked();
        alice.expectNothing();

        messages.result = RecordResult.DONE;
        IMMsgData next = message(2, "kept");
        alice.wire.send(Commands.MSG_DATA, 22, next);
        expectAck(alice, 22, ack(1, 2, 1));
        expectPush(bob, 1, 1, next);
    }

    @Test
    void aDbProxyOfOthersSaysWithTheIdWhetherItStored() throws Exception {
        messages.ofOthers = true;
        IMMsgData hello = message(2, "hello");
        alice.wire.send(Commands.MSG_DATA, 21, hello);
        expectAck(alice, 21, ack(1, 2, 1));
        expectPush(bob, 1, 1, hello);

        messages.result = RecordResult.REFUSED;
        alice.wire.send(Commands.MSG_DATA, 22, message(2, "lost"));
        messages.nextAsked();
        messages.nextAsked();
        alice.expectNothing();
    }

    @Test
    void withoutADbProxyThereIsNoAnswerAndTheConnectionStays() throws Exception {
        stack.db.goAway();
        alice.wire.send(Commands.MSG_DATA, 21, message(2, "lost"));
        alice.expectNothing();
    }

    @Test
    void aRepetitionOnTheSameConnectionGetsTheSameIdAndIsDeliveredOnce() throws Exception {
        IMMsgData hello = message(2, "hello");
        alice.wire.send(Commands.MSG_DATA, 21, hello);
        expectAck(alice, 21, ack(1, 2, 1));
        alice.wire.send(Commands.MSG_DATA, 21, hello);
        expectAck(alice, 21, ack(1, 2, 1));
        expectPush(bob, 1, 1, hello);

        IMMsgData otherNumber = hello;
        alice.wire.send(Commands.MSG_DATA, 22, otherNumber);
        expectAck(alice, 22, ack(1, 2, 2));
        IMMsgData otherBytes = message(2, "hello!");
        alice.wire.send(Commands.MSG_DATA, 21, otherBytes);
        expectAck(alice, 21, ack(1, 2, 3));
        expectPush(bob, 1, 2, otherNumber);
        expectPush(bob, 1, 3, otherBytes);
        assertThat(messages.asked).hasSize(3);
    }

    @Test
    void aRepetitionJoinsTheFirstWhileThatIsUnderWay() throws Exception {
        stack.db.mood = FakeDbProxy.Mood.HOLDING;
        IMMsgData hello = message(2, "hello");
        alice.wire.send(Commands.MSG_DATA, 21, hello);
        alice.wire.send(Commands.MSG_DATA, 21, hello);
        alice.expectNothing();
        Eventually.until("the db-proxy is asked", stack.db::holdsSomething);
        stack.db.answerHeld();

        expectAck(alice, 21, ack(1, 2, 1));
        expectAck(alice, 21, ack(1, 2, 1));
        expectPush(bob, 1, 1, hello);
        bob.expectNothing();
        assertThat(messages.asked).hasSize(1);
    }

    @Test
    void aNamedMessageGetsTheSameIdOnAnotherConnectionToo() throws Exception {
        IMMsgData hello = message(2, "hello").toBuilder().setClientMsgId(NAME).build();
        alice.wire.send(Commands.MSG_DATA, 21, hello);
        expectPush(bob, 1, 1, hello);
        assertThat(messages.nextAsked().getClientMsgId()).isEqualTo(NAME);
        alice.close();

        Client again = stack.desktop("alice");
        again.wire.send(Commands.MSG_DATA, 5, hello);
        expectAck(again, 5, ack(1, 2, 1));
        bob.expectNothing();
        assertThat(messages.asked).isEmpty();
    }

    @Test
    void aRepetitionOfWhatWasNotAnsweredHasTheSameName() throws Exception {
        stack.db.mood = FakeDbProxy.Mood.SILENT;
        IMMsgData hello = message(2, "hello");
        alice.wire.send(Commands.MSG_DATA, 21, hello);
        IMMsgData first = messages.nextAsked();
        stack.db.goAway();
        Eventually.until("no db-proxy is ready", () -> stack.server.readyDbProxies() == 0);
        stack.db.mood = FakeDbProxy.Mood.WILLING;
        stack.db.comeBack();
        stack.awaitEverything();

        alice.wire.send(Commands.MSG_DATA, 21, hello);

        expectAck(alice, 21, ack(1, 2, 1));
        expectPush(bob, 1, 1, hello);
        assertThat(messages.nextAsked().getClientMsgId()).isEqualTo(first.getClientMsgId());
    }

    @Test
    void aNameThatIsNoneEndsTheConnection() throws Exception {
        alice.wire.send(
                Commands.MSG_DATA,
                21,
                message(2, "hello").toBuilder()
                        .setClientMsgId(ByteString.copyFromUtf8("short"))
                        .build());
        alice.wire.expectClosed();
    }

    @Test
    void whatADbProxyTookWithItIsAskedOnceMoreAtAnotherOne() throws Exception {
        FakeDbProxy one = new FakeDbProxy();
        try (FakeDbProxy two = new FakeDbProxy(one.messages);
                Stack pair =
                        Stack.start(Map.of("db-proxies", one.address() + "," + two.address()), one, fileServer())) {
            Eventually.until("both db-proxies are ready", () -> pair.server.readyDbProxies() == 2);
            Client sender = pair.desktop("alice");
            Client receiver = pair.desktop("bob");
            one.messages.loseAnswers(1);
            IMMsgData hello = message(2, "hello");

            sender.wire.send(Commands.MSG_DATA, 21, hello);

            expectAck(sender, 21, ack(1, 2, 1));
            expectPush(receiver, 1, 1, hello);
            assertThat(one.messages.nextAsked().getClientMsgId())
                    .isEqualTo(one.messages.nextAsked().getClientMsgId());
        }
    }

    @Test
    void whatADbProxyOfOthersTookWithItIsNotStoredAgain() throws Exception {
        FakeDbProxy one = new FakeDbProxy();
        one.mood = FakeDbProxy.Mood.OF_OTHERS;
        try (FakeDbProxy two = new FakeDbProxy(one.messages)) {
            two.mood = FakeDbProxy.Mood.OF_OTHERS;
            try (Stack pair =
                    Stack.start(Map.of("db-proxies", one.address() + "," + two.address()), one, fileServer())) {
                Eventually.until("both db-proxies are ready", () -> pair.server.readyDbProxies() == 2);
                Client sender = pair.desktop("alice");
                // Behind the answers to the question which kind they are.
                for (int i = 0; i < 20; i++) {
                    sender.wire.send(
                            Commands.FILE_HAS_OFFLINE_REQ,
                            i,
                            IMFileHasOfflineReq.newBuilder().setUserId(1).build());
                    sender.expect(Commands.FILE_HAS_OFFLINE_RES);
                }
                one.messages.loseAnswers(1);
                sender.wire.send(Commands.MSG_DATA, 21, message(2, "hello"));
                one.messages.nextAsked();
                sender.expectNothing();
                assertThat(one.messages.asked).isEmpty();
            }
        }
    }

    private static FakeFileServer fileServer() throws IOException {
        return new FakeFileServer("10.0.0.1", 8600, "one");
    }

    @Test
    void whatWasNotAcknowledgedIsSentOnceMoreToTheNextConnection() throws Exception {
        IMMsgData first = message(2, "first");
        IMMsgData second = message(2, "second");
        alice.wire.send(Commands.MSG_DATA, 21, first);
        alice.wire.send(Commands.MSG_DATA, 22, second);
        expectPush(bob, 1, 1, first);
        expectPush(bob, 1, 2, second);
        bob.wire.send(Commands.MSG_DATA_ACK, 0, ack(2, 1, 1));
        bob.expectNothing();
        bob.close();

        Client again = stack.closing(Client.loggedIn(stack.server, "bob", WINDOWS));
        expectPush(again, 1, 2, second);
        again.expectNothing();
        again.wire.send(Commands.MSG_DATA_ACK, 0, ack(2, 1, 2));
        again.expectNothing();
        again.close();

        stack.closing(Client.loggedIn(stack.server, "bob", WINDOWS)).expectNothing();
    }

    @Test
    void whatTheSendersOtherClientDidNotAcknowledgeIsSentOnceMoreToThat() throws Exception {
        Client mobile = mobile("alice");
        IMMsgData hello = message(2, "hello");
        alice.wire.send(Commands.MSG_DATA, 21, hello);
        expectPush(skippingDesktopNews(mobile), 1, 1, hello);
        mobile.close();

        expectPush(mobile("alice"), 1, 1, hello);
        Client again = mobile("alice");
        expectPush(again, 1, 1, hello);
        skippingDesktopNews(again).wire.send(Commands.MSG_DATA_ACK, 0, ack(1, 1, 1));
        again.expectNothing();

        skippingDesktopNews(mobile("alice")).expectNothing();
    }

    @Test
    void aClientThatTakesThePlaceOfAnotherGetsWhatThatDidNotAcknowledge() throws Exception {
        IMMsgData hello = message(2, "hello");
        alice.wire.send(Commands.MSG_DATA, 21, hello);
        expectPush(bob, 1, 1, hello);

        Client second = stack.closing(Client.loggedIn(stack.server, "bob", WINDOWS));

        expectPush(second, 1, 1, hello);
        second.expectNothing();
    }

    @Test
    void whatIsStoredAfterItsSenderHasGoneIsDeliveredAllTheSame() throws Exception {
        stack.db.mood = FakeDbProxy.Mood.HOLDING;
        IMMsgData hello = message(2, "hello");
        alice.wire.send(Commands.MSG_DATA, 21, hello);
        alice.expectNothing();
        Eventually.until("the db-proxy is asked", stack.db::holdsSomething);
        alice.close();
        stack.db.answerHeld();
        expectPush(bob, 1, 1, hello);
    }

    @Test
    void theLongestMessagePassesAndALongerOneIsRefusedWithoutMore() throws Exception {
        IMMsgData longest = message(2, MsgType.MSG_TYPE_SINGLE_AUDIO, ByteString.copyFrom(new byte[MAX_DATA]));
        IMMsgData tooLong = message(2, MsgType.MSG_TYPE_SINGLE_AUDIO, ByteString.copyFrom(new byte[MAX_DATA + 1]));

        alice.wire.send(Commands.MSG_DATA, 21, tooLong);
        alice.wire.send(Commands.MSG_DATA, 22, longest);

        expectAck(alice, 22, ack(1, 2, 1));
        expectPush(bob, 1, 1, longest);
        assertThat(messages.asked).hasSize(1);
    }
}
