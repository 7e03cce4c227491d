package im.e2e;

import static im.msg.domain.ClientKind.ANDROID;
import static im.msg.domain.ClientKind.IOS;
import static im.msg.domain.ClientKind.MAC;
import static im.msg.domain.ClientKind.WINDOWS;
import static org.assertj.core.api.Assertions.assertThat;

import im.msg.domain.ClientKind;
import im.msg.domain.FileNotice;
import im.msg.domain.KickReason;
import im.msg.domain.Message;
import im.msg.domain.MessageType;
import im.msg.domain.NewMessage;
import im.msg.domain.Notice;
import im.msg.domain.ServerAddress;
import im.msg.domain.TaskId;
import im.msg.domain.TransferMode;
import im.msg.domain.UserId;
import im.msg.upstream.Cluster;
import im.msg.upstream.LinkSettings;
import im.msg.wire.NoticeMessages;
import im.netlib.Backoff;
import im.netlib.ConnectionSettings;
import im.netlib.Limits;
import im.netlib.ReconnectingClient.Timing;
import im.netlib.Transport;
import im.proto.base.GroupModifyType;
import im.proto.base.SessionType;
import im.proto.buddy.IMAvatarChangedNotify;
import im.proto.buddy.IMRemoveSessionNotify;
import im.proto.buddy.IMSignInfoChangedNotify;
import im.proto.group.IMGroupChangeMemberRsp;
import im.proto.message.IMMsgDataReadNotify;
import im.proto.switchservice.IMP2PCmdMsg;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What makes several msg-servers one, whatever is in the middle. */
abstract class ClusterContract {
    static final UserId ALICE = new UserId(1);
    static final UserId BOB = new UserId(2);
    /** As big as they get. */
    private static final UserId CAROL = new UserId(-1);

    /** As it is without any configuration. */
    private static final int MAX_FRAME = 512 << 10;

    private static final Backoff SOON = new Backoff(Duration.ofMillis(10), Duration.ofMillis(100));
    private static final LinkSettings LINK = new LinkSettings(
            new Timing(Duration.ofSeconds(1), Duration.ofSeconds(1), SOON),
            ConnectionSettings.forLinks(Duration.ofMillis(200)),
            new Limits(MAX_FRAME, Duration.ofSeconds(1)),
            Duration.ofSeconds(2),
            10_000);

    private final EventLoopGroup loops = Transport.eventLoops("node", 2);
    private final List<ClusterNode> nodes = new ArrayList<>();
    ClusterNode east;
    ClusterNode west;

    /** Starts what is in the middle. */
    abstract InetSocketAddress startMiddle() throws Exception;

    /** Starts it again where it was, knowing nothing. Nobody is connected. */
    abstract void restartMiddle() throws Exception;

    abstract void stopMiddle() throws Exception;

    /** @param middle where it is reached */
    abstract Cluster cluster(InetSocketAddress middle, LinkSettings link, EventLoopGroup loops);

    private InetSocketAddress middle;

    @BeforeEach
    void start() throws Exception {
        middle = startMiddle();
        east = node();
        west = node();
    }

    @AfterEach
    void stop() throws Exception {
        nodes.forEach(ClusterNode::close);
        stopMiddle();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private ClusterNode node() throws Exception {
        FaultProxy network = FaultProxy.to(middle);
        ClusterNode node = new ClusterNode(cluster(network.address(), LINK, loops), network, loops.next());
        nodes.add(node);
        return node;
    }

    /** A user at one node that somebody at the other has heard of: both are in. */
    ClusterNode.LoggedIn loginSeenBy(ClusterNode other, ClusterNode at, UserId user) {
        return loginSeenBy(other, at, user, WINDOWS);
    }

    ClusterNode.LoggedIn loginSeenBy(ClusterNode other, ClusterNode at, UserId user, ClientKind kind) {
        ClusterNode.LoggedIn client = at.login(user, kind);
        other.awaitSees(user);
        return client;
    }

    @Test
    void usersElsewhereAreSeenComingAndGoing() throws Exception {
        ClusterNode.LoggedIn alice = loginSeenBy(west, east, ALICE);
        ClusterNode.LoggedIn carol = loginSeenBy(east, west, CAROL);
        alice.isTold("4294967295 online");
        west.logout(carol);
        alice.isTold("4294967295 offline");
        west.login(BOB, ANDROID);
        alice.isTold("2 online");
        alice.wasToldNothingMore();
    }

    @Test
    void aUserIsFoundWithTheClientsElsewhere() {
        loginSeenBy(west, east, ALICE);
        east.login(ALICE, IOS);
        west.login(ALICE, ANDROID);
        west.awaitFinds(ALICE, WINDOWS, IOS);
        east.awaitFinds(ALICE, ANDROID);
        assertThat(west.lookup(CAROL)).isEmpty();
    }

    @Test
    void clientsOfOneKindAreCounted() throws Exception {
        ClusterNode.LoggedIn bob = loginSeenBy(east, west, BOB);
        east.cluster().announce(ALICE, WINDOWS, true);
        east.cluster().announce(ALICE, WINDOWS, true);
        east.cluster().announce(ALICE, WINDOWS, false);
        east.cluster().announce(CAROL, WINDOWS, true);
        bob.isTold("1 online");
        bob.isTold("4294967295 online");
        assertThat(west.lookup(ALICE)).containsExactly(WINDOWS);
        east.cluster().announce(ALICE, WINDOWS, false);
        bob.isTold("1 offline");
        assertThat(west.lookup(ALICE)).isEmpty();
    }

    @Test
    void whoGoesWithoutHavingComeChangesNothing() throws Exception {
        ClusterNode.LoggedIn bob = loginSeenBy(east, west, BOB);
        east.cluster().announce(ALICE, WINDOWS, false);
        east.cluster().announce(ALICE, WINDOWS, true);
        bob.isTold("1 online");
        assertThat(west.lookup(ALICE)).containsExactly(WINDOWS);
    }

    @Test
    void changesArriveInTheirOrder() throws Exception {
        ClusterNode.LoggedIn bob = loginSeenBy(east, west, BOB);
        int times = 300;
        for (int i = 0; i < times; i++) {
            east.cluster().announce(ALICE, WINDOWS, true);
            // Behind the announcement, whose effect it shows.
            Await.result(east.cluster().lookup(List.of(BOB)));
            east.cluster().announce(ALICE, WINDOWS, false);
            Await.result(east.cluster().lookup(List.of(BOB)));
        }
        east.cluster().announce(CAROL, WINDOWS, true);
        for (int i = 0; i < times; i++) {
            bob.isTold("1 online");
            bob.isTold("1 offline");
        }
        bob.isTold("4294967295 online");
    }

    @Test
    void aUserAtTwoMsgServersIsGoneAfterBoth() throws Exception {
        ClusterNode north = node();
        ClusterNode.LoggedIn bob = loginSeenBy(east, north, BOB);
        ClusterNode.LoggedIn first = loginSeenBy(west, east, ALICE);
        bob.isTold("1 online");
        ClusterNode.LoggedIn second = west.login(ALICE, IOS);
        east.awaitFinds(ALICE, IOS);
        east.logout(first);
        west.awaitFinds(ALICE);
        assertThat(north.sees(ALICE)).isTrue();
        assertThat(east.sees(ALICE)).isTrue();
        west.logout(second);
        bob.isTold("1 offline");
        east.awaitSeesNot(ALICE);
        assertThat(west.sees(ALICE)).isFalse();
    }

    @Test
    void theOwnMobileHearsOfTheDesktopElsewhere() throws Exception {
        loginSeenBy(west, east, BOB);
        ClusterNode.LoggedIn mobile = west.login(ALICE, ANDROID);
        ClusterNode.LoggedIn desktop = loginSeenBy(west, east, ALICE);
        mobile.isTold("desktop on");
        east.logout(desktop);
        mobile.isTold("desktop off");
        east.login(ALICE, WINDOWS);
        mobile.isTold("desktop on");
        west.login(ALICE, IOS).isTold("desktop on");
    }

    @Test
    void aFileIsOfferedToTheDesktopOfItsReceiverElsewhere() throws Exception {
        ClusterNode.LoggedIn bob = loginSeenBy(east, west, BOB);
        ClusterNode.LoggedIn carol = loginSeenBy(east, west, CAROL);
        ClusterNode.LoggedIn mobile = west.login(BOB, IOS);
        FileNotice notice = notice(ALICE, BOB);
        east.awaitFinds(BOB, WINDOWS, IOS);
        east.cluster().fanOut(notice);
        east.cluster().announce(ALICE, WINDOWS, true);
        bob.isTold("4294967295 online");
        bob.isTold(notice);
        bob.isTold("1 online");
        carol.isTold("2 online");
        carol.isTold("1 online");
        mobile.isTold("desktop on");
        mobile.wasToldNothingMore();
    }

    private static FileNotice notice(UserId from, UserId to) {
        return new FileNotice(
                from,
                to,
                "photo.jpg",
                4_000_000_000L,
                new TaskId("task-1"),
                List.of(new ServerAddress("10.0.0.1", 8600)),
                TransferMode.ONLINE,
                false,
                Optional.of(Instant.ofEpochSecond(2_000_000_000)),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty());
    }

    @Test
    void aMessageReachesEveryClientOfBothElsewhereAndNobodyElse() throws Exception {
        ClusterNode north = node();
        ClusterNode.LoggedIn alice = loginSeenBy(west, east, ALICE);
        ClusterNode.LoggedIn alicesOther = loginSeenBy(west, north, ALICE, ANDROID);
        ClusterNode.LoggedIn bob = loginSeenBy(east, west, BOB);
        ClusterNode.LoggedIn carol = loginSeenBy(east, west, CAROL);
        east.awaitFinds(ALICE, ANDROID);
        east.awaitFinds(BOB, WINDOWS);

        east.cluster().fanOut(message(ALICE, BOB.value(), MessageType.SINGLE_TEXT, 7), List.of(ALICE, BOB));
        east.cluster().fanOut(message(ALICE, BOB.value(), MessageType.SINGLE_AUDIO, 8), List.of(ALICE, BOB));
        east.cluster().announce(new UserId(4), WINDOWS, true);

        alicesOther.isToldInTheEnd("message 7 from 1: hello 7");
        alicesOther.isTold("message 8 from 1: hello 8");
        bob.isToldInTheEnd("message 7 from 1: hello 7");
        bob.isTold("message 8 from 1: hello 8");
        carol.isToldInTheEnd("4 online");
        alice.isToldInTheEnd("4294967295 online");
        for (ClusterNode.LoggedIn client : List.of(alice, carol)) {
            client.wasNotTold("message 7 from 1: hello 7");
        }
    }

    @Test
    void aMessageToAGroupReachesItsMembersElsewhere() throws Exception {
        ClusterNode north = node();
        loginSeenBy(west, east, ALICE);
        ClusterNode.LoggedIn bob = loginSeenBy(east, west, BOB);
        ClusterNode.LoggedIn carol = loginSeenBy(east, north, CAROL);
        ClusterNode.LoggedIn stranger = loginSeenBy(east, west, new UserId(4));
        east.awaitFinds(BOB, WINDOWS);
        east.awaitFinds(CAROL, WINDOWS);

        east.cluster().fanOut(message(ALICE, 4, MessageType.GROUP_TEXT, 7), List.of(ALICE, BOB, CAROL));
        east.cluster().announce(new UserId(5), WINDOWS, true);

        bob.isToldInTheEnd("message 7 from 1: hello 7");
        carol.isToldInTheEnd("message 7 from 1: hello 7");
        stranger.isToldInTheEnd("5 online");
        stranger.wasNotTold("message 7 from 1: hello 7");
    }

    @Test
    void theLongestMessagePasses() throws Exception {
        loginSeenBy(west, east, ALICE);
        ClusterNode.LoggedIn bob = loginSeenBy(east, west, BOB);
        east.awaitFinds(BOB, WINDOWS);
        List<UserId> members =
                IntStream.rangeClosed(1, 2000).mapToObj(UserId::new).toList();
        String text = "x".repeat(NewMessage.MAX_DATA);
        NewMessage content = new NewMessage(ALICE, 1, MessageType.GROUP_AUDIO, text.getBytes(StandardCharsets.UTF_8));

        east.cluster().fanOut(new Message(content, 7, 1), members);

        bob.isToldInTheEnd("message 7 from 1: " + text);
    }

    @Test
    void whatUsersDoIsToldToTheirClientsElsewhere() throws Exception {
        ClusterNode.LoggedIn alice = loginSeenBy(west, east, ALICE);
        ClusterNode.LoggedIn bob = loginSeenBy(east, west, BOB);
        ClusterNode.LoggedIn carol = loginSeenBy(east, west, CAROL);
        ClusterNode.LoggedIn mobile = west.login(BOB, IOS);
        east.awaitFinds(BOB, WINDOWS, IOS);
        east.awaitFinds(CAROL, WINDOWS);
        Notice read = NoticeMessages.of(IMMsgDataReadNotify.newBuilder()
                .setUserId(BOB.value())
                .setSessionId(ALICE.value())
                .setMsgId(7)
                .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                .build());
        Notice removed = NoticeMessages.of(IMRemoveSessionNotify.newBuilder()
                .setUserId(BOB.value())
                .setSessionId(ALICE.value())
                .setSessionType(SessionType.SESSION_TYPE_SINGLE)
                .build());
        Notice command = NoticeMessages.of(IMP2PCmdMsg.newBuilder()
                .setFromUserId(ALICE.value())
                .setToUserId(BOB.value())
                .setCmdMsgData("shake")
                .build());
        Notice members = NoticeMessages.membersChanged(
                ALICE,
                IMGroupChangeMemberRsp.newBuilder()
                        .setUserId(ALICE.value())
                        .setChangeType(GroupModifyType.GROUP_MODIFY_TYPE_DEL)
                        .setResultCode(0)
                        .setGroupId(5)
                        .addCurUserIdList(ALICE.value())
                        .addChgUserIdList(BOB.value())
                        .build());
        List<Notice> toBob = List.of(read, removed, command, members);

        toBob.forEach(east.cluster()::fanOut);
        east.cluster().announce(new UserId(4), WINDOWS, true);

        mobile.isTold("desktop on");
        for (Notice notice : toBob) {
            bob.isToldInTheEnd(ClusterNode.told(notice));
            mobile.isTold(ClusterNode.told(notice));
        }
        carol.isToldInTheEnd("4 online");
        for (Notice notice : toBob) {
            carol.wasNotTold(ClusterNode.told(notice));
            alice.wasNotTold(ClusterNode.told(notice));
        }
    }

    /** Or is told all the same, where frames may be longer. */
    @Test
    void aNoticeThatIsTooLongCostsNobodyElseAnything() throws Exception {
        loginSeenBy(west, east, ALICE);
        ClusterNode.LoggedIn bob = loginSeenBy(east, west, BOB);
        IMP2PCmdMsg shake = IMP2PCmdMsg.newBuilder()
                .setFromUserId(ALICE.value())
                .setToUserId(BOB.value())
                .setCmdMsgData("shake")
                .build();

        east.cluster()
                .fanOut(NoticeMessages.of(
                        shake.toBuilder().setCmdMsgData("x".repeat(MAX_FRAME)).build()));
        east.cluster().fanOut(NoticeMessages.of(shake));

        bob.isToldInTheEnd(ClusterNode.told(NoticeMessages.of(shake)));
        assertThat(east.cluster().links()).allMatch(link -> link.losses() == 0);
    }

    @Test
    void howUsersPresentThemselvesIsToldToEveryDesktopElsewhere() throws Exception {
        ClusterNode.LoggedIn alice = loginSeenBy(west, east, ALICE);
        ClusterNode.LoggedIn bob = loginSeenBy(east, west, BOB);
        ClusterNode.LoggedIn mobile = west.login(BOB, IOS);
        east.awaitFinds(BOB, WINDOWS, IOS);
        Notice avatar = NoticeMessages.of(IMAvatarChangedNotify.newBuilder()
                .setChangedUserId(ALICE.value())
                .setAvatarUrl("new")
                .build());
        Notice signature = NoticeMessages.of(IMSignInfoChangedNotify.newBuilder()
                .setChangedUserId(ALICE.value())
                .setSignInfo("away")
                .build());

        east.cluster().fanOut(avatar);
        east.cluster().fanOut(signature);

        bob.isToldInTheEnd(ClusterNode.told(avatar));
        bob.isTold(ClusterNode.told(signature));
        mobile.isTold("desktop on");
        mobile.wasToldNothingMore();
        alice.wasNotTold(ClusterNode.told(avatar));
    }

    private static Message message(UserId from, int to, MessageType type, int id) {
        byte[] data = ("hello " + id).getBytes(StandardCharsets.UTF_8);
        return new Message(new NewMessage(from, to, type, data), id, 1_700_000_000);
    }

    @Test
    void aSecondDesktopElsewhereEndsTheFirstOnly() throws Exception {
        ClusterNode.LoggedIn bob = loginSeenBy(west, east, BOB);
        ClusterNode.LoggedIn first = loginSeenBy(east, west, ALICE);
        ClusterNode.LoggedIn mobile = west.login(ALICE, IOS);
        mobile.isTold("desktop on");
        east.login(ALICE, MAC);
        first.isTold(KickReason.LOGGED_IN_ELSEWHERE);
        bob.isTold("1 online");
        east.awaitFinds(ALICE, IOS);
        mobile.wasNotTold("desktop off");
    }

    @Test
    void aMsgServerThatJoinsLearnsWhoIsThere() throws Exception {
        int users = 2_500;
        for (int user = 10; user < 10 + users; user++) {
            east.cluster().announce(new UserId(user), WINDOWS, true);
        }
        loginSeenBy(west, east, ALICE);
        ClusterNode north = node();
        north.login(BOB, WINDOWS);
        north.awaitSees(ALICE);
        for (int user = 10; user < 10 + users; user++) {
            north.awaitSees(new UserId(user));
        }
        west.awaitSees(BOB);
        east.cluster().announce(CAROL, WINDOWS, true);
        north.awaitSees(CAROL);
    }

    @Test
    void aMsgServerThatDiesTakesItsUsersWithIt() throws Exception {
        ClusterNode.LoggedIn alice = loginSeenBy(west, east, ALICE);
        loginSeenBy(east, west, BOB);
        alice.isTold("2 online");
        west.network().cut();
        alice.isTold("2 offline");
        east.awaitFinds(BOB);
    }

    @Test
    void aMsgServerThatHangsTakesItsUsersWithIt() throws Exception {
        ClusterNode.LoggedIn alice = loginSeenBy(west, east, ALICE);
        loginSeenBy(east, west, BOB);
        alice.isTold("2 online");
        west.network().stall();
        alice.isTold("2 offline");
        west.awaitSeesNot(ALICE);
        west.network().heal();
        alice.isTold("2 online");
        west.awaitSees(ALICE);
    }

    @Test
    void aMsgServerThatStopsInOrderTakesItsUsersWithIt() throws Exception {
        ClusterNode.LoggedIn alice = loginSeenBy(west, east, ALICE);
        loginSeenBy(east, west, BOB);
        alice.isTold("2 online");
        west.cluster().close();
        alice.isTold("2 offline");
    }

    @Test
    void whatChangedOnBothSidesOfAPartitionIsToldAfterIt() throws Exception {
        ClusterNode.LoggedIn alice = loginSeenBy(west, east, ALICE);
        ClusterNode.LoggedIn bob = loginSeenBy(east, west, BOB);
        alice.isTold("2 online");
        east.network().cut();
        west.network().cut();
        west.logout(bob);
        ClusterNode.LoggedIn carol = west.login(CAROL, WINDOWS);
        assertThat(east.lookup(CAROL)).isEmpty();
        east.network().heal();
        west.network().heal();
        Eventually.until("carol is seen and bob is not", () -> east.sees(CAROL) && !east.sees(BOB));
        west.awaitSees(ALICE);
        east.awaitFinds(CAROL, WINDOWS);
        west.awaitFinds(ALICE, WINDOWS);
        west.logout(carol);
        east.awaitSeesNot(CAROL);
    }

    @Test
    void onItsOwnAMsgServerHasItsUsersOnly() {
        loginSeenBy(west, east, ALICE);
        loginSeenBy(east, west, BOB);
        east.network().cut();
        east.awaitSeesNot(BOB);
        assertThat(east.sees(ALICE)).isTrue();
        assertThat(east.lookup(BOB)).isEmpty();
    }

    @Test
    void everythingIsThereAgainAfterARestartInTheMiddle() throws Exception {
        ClusterNode.LoggedIn alice = loginSeenBy(west, east, ALICE);
        ClusterNode.LoggedIn bob = loginSeenBy(east, west, BOB);
        alice.isTold("2 online");
        east.network().cut();
        west.network().cut();
        restartMiddle();
        east.network().heal();
        west.network().heal();
        east.awaitFinds(BOB, WINDOWS);
        west.awaitFinds(ALICE, WINDOWS);
        loginSeenBy(east, west, CAROL);
        assertThat(east.sees(BOB)).isTrue();
        assertThat(west.sees(ALICE)).isTrue();
        west.logout(bob);
        east.awaitSeesNot(BOB);
    }
}
