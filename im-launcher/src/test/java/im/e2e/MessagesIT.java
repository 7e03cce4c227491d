package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import im.client.ClientOptions;
import im.client.ConversationId;
import im.client.Department;
import im.client.ImClient;
import im.client.Message;
import im.client.MessageException;
import im.client.Messages;
import im.client.Profile;
import im.client.RecentConversation;
import im.client.RequestRefusedException;
import im.client.UnreadConversation;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.MsgType;
import im.proto.base.UserStatType;
import im.proto.message.IMMsgData;
import im.proto.message.IMMsgDataAck;
import im.testkit.Eventually;
import im.testkit.WireClient;
import im.testkit.WireClient.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Messages, groups and people between two msg-servers. alice and carol are at the first one, bob at the second, and so are the mobiles
 * of alice and bob.
 */
class MessagesIT {
    private static final Duration SHORT = Duration.ofSeconds(3);

    @TempDir
    Path folder;

    private final List<ImClient> clients = new ArrayList<>();
    private final Talk alicesTalk = new Talk();
    private final Talk alicesMobileTalk = new Talk();
    private final Talk bobsTalk = new Talk();
    private final Talk bobsMobileTalk = new Talk();
    private final Talk carolsTalk = new Talk();
    private TwoMsgServers servers;
    private ImClient alice;
    private ImClient bob;
    private ImClient carol;
    private int a;
    private int b;
    private int c;
    private ConversationId withAlice;
    private ConversationId withBob;

    @BeforeEach
    void start() throws Exception {
        servers = start(folder);
        logEverybodyIn();
    }

    TwoMsgServers start(Path files) throws Exception {
        return TwoMsgServers.start(files, Map.of());
    }

    /** Who is seen is reached, and so is everybody who logged in earlier at the same msg-server. */
    private void logEverybodyIn() throws Exception {
        login("alice", 1, ClientType.CLIENT_TYPE_IOS, alicesMobileTalk);
        login("bob", 1, ClientType.CLIENT_TYPE_ANDROID, bobsMobileTalk);
        bob = login("bob", 1, ClientType.CLIENT_TYPE_WINDOWS, bobsTalk);
        carol = login("carol", 0, ClientType.CLIENT_TYPE_WINDOWS, carolsTalk);
        alice = login("alice", 0, ClientType.CLIENT_TYPE_WINDOWS, alicesTalk);
        a = alice.self().id();
        b = bob.self().id();
        c = carol.self().id();
        withAlice = ConversationId.ofUser(a);
        withBob = ConversationId.ofUser(b);
        awaitSeen(alice, b);
        awaitSeen(bob, c);
    }

    private ImClient login(String user, int msgServer, ClientType type, Talk talk) throws Exception {
        ClientOptions options =
                servers.options(user, msgServer).withClientType(type).withMessageTimeout(SHORT);
        ImClient client = Await.result(ImClient.connect(options, talk));
        clients.add(client);
        talk.listenTo(client);
        return client;
    }

    private static void awaitSeen(ImClient by, int user) {
        Eventually.until("user " + user + " is seen", () -> FaultyCluster.sees(by, user));
    }

    @AfterEach
    void stop() {
        clients.forEach(ImClient::close);
        servers.close();
    }

    private static long say(ImClient from, ConversationId to, String text) throws Exception {
        return Await.result(from.messages().sendText(to, text));
    }

    private static List<Long> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    @Test
    void messagesCountFromOneAndReachEverySessionOfBothOnce() throws Exception {
        assertThat(say(alice, withBob, "hello")).isEqualTo(1);
        assertThat(say(bob, withAlice, "hi")).isEqualTo(2);
        assertThat(say(bob, withAlice, "how are you?")).isEqualTo(3);
        assertThat(say(alice, withBob, "fine")).isEqualTo(4);

        for (Talk talk : List.of(alicesTalk, alicesMobileTalk)) {
            talk.expect(
                    "user 2: 1 from 1: hello",
                    "user 2: 2 from 2: hi",
                    "user 2: 3 from 2: how are you?",
                    "user 2: 4 from 1: fine");
        }
        for (Talk talk : List.of(bobsTalk, bobsMobileTalk)) {
            talk.expect(
                    "user 1: 1 from 1: hello",
                    "user 1: 2 from 2: hi",
                    "user 1: 3 from 2: how are you?",
                    "user 1: 4 from 1: fine");
        }
        assertThat(ids(Await.result(alice.messages().history(withBob, 0, 100)))).containsExactly(4L, 3L, 2L, 1L);
        assertThat(Await.result(bob.messages().history(withAlice, 3, 2)))
                .extracting(Talk::line)
                .containsExactly("user 1: 3 from 2: how are you?", "user 1: 2 from 2: hi");
        assertThat(ids(Await.result(bob.messages().byId(withAlice, List.of(1L, 4L, 5L)))))
                .containsExactly(1L, 4L);
        assertThat(Await.result(alice.messages().latestId(withBob))).isEqualTo(4);
        assertThat(Await.result(carol.messages().latestId(withBob))).isZero();
    }

    @Test
    void aMessageThatIsSentAgainKeepsItsId() throws Exception {
        IMMsgData message = IMMsgData.newBuilder()
                .setFromUserId(99)
                .setToSessionId(b)
                .setMsgId(77)
                .setCreateTime(1)
                .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                .setMsgData(ByteString.copyFromUtf8("once"))
                .setClientMsgId(ByteString.copyFromUtf8("one-and-only"))
                .build();
        try (WireClient sender = BareWire.login(servers.address(0), "carol")) {
            for (int seq = 10; seq < 13; seq++) {
                sender.send(Commands.MSG_DATA, seq, message);
                assertThat(ack(sender, seq).getMsgId()).isEqualTo(1);
            }
        }
        ConversationId withCarol = ConversationId.ofUser(c);
        assertThat(Await.result(bob.messages().history(withCarol, 0, 100)))
                .extracting(Message::id, Message::fromUserId, Message::data)
                .containsExactly(tuple(1L, c, ByteString.copyFromUtf8("once")));
    }

    private static IMMsgDataAck ack(WireClient sender, int seq) throws IOException {
        Frame frame = BareWire.next(sender);
        assertThat(frame.seq()).isEqualTo(seq);
        return frame.parse(Commands.MSG_DATA_ACK);
    }

    @Test
    void theLongestMessageComesBackIdentical() throws Exception {
        byte[] bytes = new byte[Messages.MAX_DATA];
        new Random(1).nextBytes(bytes);
        ByteString data = ByteString.copyFrom(bytes);
        assertThat(Await.result(alice.messages().send(withBob, Message.Kind.AUDIO, data)))
                .isEqualTo(1);
        for (Message found : List.of(
                Await.result(bob.messages().history(withAlice, 0, 10)).get(0),
                Await.result(alice.messages().byId(withBob, List.of(1L))).get(0))) {
            assertThat(found.kind()).isEqualTo(Message.Kind.AUDIO);
            assertThat(found.data()).isEqualTo(data);
        }
    }

    @Test
    void whatWasReadOnOneDeviceIsReadOnAll() throws Exception {
        say(alice, withBob, "one");
        say(alice, withBob, "two");
        assertThat(Await.result(bob.messages().unread())).containsExactly(new UnreadConversation(withAlice, 2, 2));
        assertThat(Await.result(alice.messages().unread())).isEmpty();
        bobsMobileTalk.expect("user 1: 1 from 1: one", "user 1: 2 from 1: two");

        Await.result(bob.messages().markRead(withAlice, 2));

        bobsMobileTalk.expect("read user 1 up to 2");
        Eventually.until(
                "nothing is unread", () -> bob.messages().unread().join().isEmpty());
        say(alice, withBob, "three");
        bobsTalk.expect("user 1: 1 from 1: one", "user 1: 2 from 1: two", "user 1: 3 from 1: three");
        assertThat(Await.result(bob.messages().unread())).containsExactly(new UnreadConversation(withAlice, 1, 3));
    }

    @Test
    void aConversationIsRecentUntilItIsRemovedAndAfterTheNextMessage() throws Exception {
        say(alice, withBob, "one");
        assertThat(recent(alice)).containsExactly(withBob);
        assertThat(recent(bob)).containsExactly(withAlice);
        alicesMobileTalk.expect("user 2: 1 from 1: one");

        Await.result(alice.messages().remove(withBob));

        alicesMobileTalk.expect("removed user 2");
        assertThat(recent(alice)).isEmpty();
        assertThat(recent(bob)).containsExactly(withAlice);
        say(bob, withAlice, "two");
        assertThat(recent(alice)).containsExactly(withBob);
    }

    private static List<ConversationId> recent(ImClient client) throws Exception {
        return Await.result(client.messages().recent(Instant.EPOCH)).stream()
                .map(RecentConversation::id)
                .toList();
    }

    @Test
    void aGroupReachesItsMembersAtBothServersAndNobodyElse() throws Exception {
        int id = Await.result(alice.groups().create("friends", false, List.of(b, c)));
        ConversationId group = ConversationId.ofGroup(id);
        assertThat(say(alice, group, "hello")).isEqualTo(1);
        assertThat(say(bob, group, "hi")).isEqualTo(2);
        String hello = group + ": 1 from 1: hello";
        String hi = group + ": 2 from 2: hi";
        for (Talk talk : List.of(alicesTalk, alicesMobileTalk, bobsTalk, bobsMobileTalk, carolsTalk)) {
            talk.expect(hello, hi);
        }

        Await.result(alice.groups().remove(id, List.of(b)));

        String removed = "group " + id + ": 1 removed [2], now [1, 3]";
        for (Talk talk : List.of(alicesMobileTalk, bobsTalk, bobsMobileTalk, carolsTalk)) {
            talk.expect(removed);
        }
        assertThatThrownBy(() -> say(bob, group, "let me in")).hasCauseInstanceOf(MessageException.class);
        assertThat(Await.result(bob.messages().history(group, 0, 10))).isEmpty();
        assertThatThrownBy(() -> Await.result(bob.groups().add(id, List.of(b))))
                .hasCauseInstanceOf(RequestRefusedException.class);
        say(carol, group, "bye");
        carolsTalk.expect(group + ": 3 from 3: bye");

        Await.result(alice.groups().add(id, List.of(b)));

        String added = "group " + id + ": 1 added [2], now [1, 2, 3]";
        bobsTalk.expect(added);
        bobsMobileTalk.expect(added);
        carolsTalk.expect(added);
        assertThat(say(bob, group, "back")).isEqualTo(4);
        carolsTalk.expect(group + ": 4 from 2: back");
        assertThat(Await.result(bob.groups().all())).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo("friends");
            assertThat(one.creatorId()).isEqualTo(a);
            assertThat(one.members()).containsExactlyInAnyOrder(a, b, c);
        });
    }

    @Test
    void peopleAreToldOfSignaturesAvatarsAndCommands() throws Exception {
        Await.result(alice.account().changeSignature("busy"));
        bobsTalk.expect("signature of 1: busy");
        carolsTalk.expect("signature of 1: busy");
        Await.result(alice.account().changeAvatar("http://localhost/a.png"));
        bobsTalk.expect("avatar of 1: http://localhost/a.png");
        carolsTalk.expect("avatar of 1: http://localhost/a.png");
        Await.result(alice.people().command(b, "shake"));
        bobsTalk.expect("command of 1: shake");
        bobsMobileTalk.expect("command of 1: shake");

        Profile profile = Await.result(bob.people().profiles(List.of(a, 999))).get(0);
        assertThat(profile.user()).isEqualTo(alice.self());
        assertThat(profile.signature()).isEqualTo("busy");
        assertThat(profile.avatarUrl()).isEqualTo("http://localhost/a.png");
        assertThat(Await.result(bob.presence(List.of(a))).get(a)).isEqualTo(UserStatType.USER_STATUS_ONLINE);
    }

    @Test
    void departmentsAreListed() throws Exception {
        servers.database()
                .execute("INSERT INTO department(name, parent_id, priority, updated) VALUES('Sales', 0, 3, 1)");
        assertThat(Await.result(bob.people().departments())).contains(new Department(1, "Sales", 0, 3, false));
    }
}
