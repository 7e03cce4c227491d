package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.KickReasonType;
import im.proto.base.ResultType;
import im.proto.base.UserStat;
import im.proto.base.UserStatType;
import im.proto.buddy.IMPCLoginStatusNotify;
import im.proto.buddy.IMUserStatNotify;
import im.proto.login.IMKickPCClientReq;
import im.proto.login.IMKickUser;
import im.proto.login.IMLoginRes;
import im.proto.login.IMLogoutReq;
import im.proto.message.IMClientTimeReq;
import im.testkit.Eventually;
import im.testkit.WireClient;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoginIT {
    private static final ClientType WINDOWS = ClientType.CLIENT_TYPE_WINDOWS;

    private Stack stack;

    @BeforeEach
    void start() throws Exception {
        stack = Stack.start(Map.of("link.call-timeout", "300ms"));
    }

    @AfterEach
    void stop() throws Exception {
        stack.close();
    }

    private static IMUserStatNotify status(int user, UserStatType status) {
        return IMUserStatNotify.newBuilder()
                .setUserStat(UserStat.newBuilder().setUserId(user).setStatus(status))
                .build();
    }

    private static IMUserStatNotify online(int user) {
        return status(user, UserStatType.USER_STATUS_ONLINE);
    }

    private static IMUserStatNotify offline(int user) {
        return status(user, UserStatType.USER_STATUS_OFFLINE);
    }

    @Test
    void aLoginGetsTheUserAndTheTime() throws Exception {
        IMLoginRes answer = stack.connect().login("alice", WINDOWS);
        assertThat(answer.getResultCode()).isEqualTo(ResultType.REFUSE_REASON_NONE);
        assertThat(answer.getUserInfo()).isEqualTo(FakeDbProxy.USERS.get("alice"));
        assertThat(answer.getOnlineStatus()).isEqualTo(UserStatType.USER_STATUS_ONLINE);
        assertThat((long) answer.getServerTime())
                .isBetween(Instant.now().getEpochSecond() - 60, Instant.now().getEpochSecond() + 60);
    }

    @Test
    void everyDesktopHearsOfALogin() throws Exception {
        Client alice = stack.connect();
        alice.login("alice", WINDOWS);
        WireClient.Frame own = alice.wire.expectFrame(Commands.BUDDY_LIST_STATUS_NOTIFY);
        assertThat(own.seq()).isZero();
        assertThat(own.parse(Commands.BUDDY_LIST_STATUS_NOTIFY)).isEqualTo(online(1));
        stack.desktop("bob");
        assertThat(alice.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY)).isEqualTo(online(2));
    }

    @Test
    void aWrongPasswordIsRefused() throws Exception {
        Client client = stack.connect();
        IMLoginRes answer = client.login("alice", "alicepw", WINDOWS);
        assertThat(answer.getResultCode()).isEqualTo(ResultType.REFUSE_REASON_DB_VALIDATE_FAILED);
        assertThat(answer.getResultString()).isEqualTo(FakeDbProxy.WRONG_PASSWORD);
        assertThat(answer.hasUserInfo()).isFalse();
        client.wire.expectClosed();
    }

    private void assertNoDatabase() throws Exception {
        Client client = stack.connect();
        IMLoginRes answer = client.login("alice", WINDOWS);
        assertThat(answer.getResultCode()).isEqualTo(ResultType.REFUSE_REASON_NO_DB_SERVER);
        client.wire.expectClosed();
    }

    @Test
    void aDbProxyWithoutDatabaseIsNoDbServer() throws Exception {
        stack.db.mood = FakeDbProxy.Mood.WITHOUT_DATABASE;
        assertNoDatabase();
    }

    @Test
    void aDbProxyThatDoesNotAnswerIsNoDbServer() throws Exception {
        stack.db.mood = FakeDbProxy.Mood.SILENT;
        assertNoDatabase();
    }

    @Test
    void aDbProxyThatVanishesIsNoDbServer() throws Exception {
        stack.db.mood = FakeDbProxy.Mood.VANISHING;
        assertNoDatabase();
    }

    @Test
    void loginsWorkAgainWhenTheDbProxyIsBack() throws Exception {
        stack.db.goAway();
        assertNoDatabase();
        stack.db.comeBack();
        Eventually.until("the msg-server can be used", stack.server::isUsable);
        stack.desktop("alice");
    }

    @Test
    void aDbProxyThatIsStoppingGetsNoMore() throws Exception {
        stack.db.mood = FakeDbProxy.Mood.STOPPING;
        stack.desktop("alice");
        stack.db.logins.clear();
        assertNoDatabase();
        assertThat(stack.db.logins).isEmpty();
    }

    @Test
    void aCommandBeforeLoginCostsTheConnection() throws Exception {
        Client client = stack.connect();
        client.wire.send(Commands.MSG_TIME_REQUEST, 1, IMClientTimeReq.getDefaultInstance());
        client.wire.expectClosed();
    }

    @Test
    void anUnknownCommandBeforeLoginCostsTheConnection() throws Exception {
        Client client = stack.connect();
        client.wire.sendRaw(HexFormat.of().parseHex("00000010000100000001099900010000"));
        client.wire.expectClosed();
    }

    @Test
    void aSecondCommandWhileTheLoginIsLookedAtCostsTheConnection() throws Exception {
        stack.db.mood = FakeDbProxy.Mood.SILENT;
        Client client = stack.connect();
        client.wire.send(Commands.LOGIN_REQ_USERLOGIN, 1, Client.loginRequest("alice", WINDOWS));
        client.wire.send(Commands.LOGIN_REQ_USERLOGIN, 2, Client.loginRequest("alice", WINDOWS));
        client.wire.expectClosed();
    }

    @Test
    void aClientThatIsGoneBeforeItIsKnownIsNeverOnline() throws Exception {
        Client bob = stack.desktop("bob");
        stack.db.mood = FakeDbProxy.Mood.HOLDING;
        stack.db.logins.clear();
        Client alice = stack.connect();
        alice.wire.send(Commands.LOGIN_REQ_USERLOGIN, 1, Client.loginRequest("alice", WINDOWS));
        assertThat(stack.db.logins.poll(10, TimeUnit.SECONDS)).isNotNull();
        alice.wire.send(Commands.MSG_TIME_REQUEST, 2, IMClientTimeReq.getDefaultInstance());
        alice.wire.expectClosed();
        stack.db.mood = FakeDbProxy.Mood.WILLING;
        stack.db.answerHeld();
        stack.desktop("carol");
        assertThat(bob.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY)).isEqualTo(online(3));
    }

    @Test
    void aSecondLoginOnTheSameConnectionCostsIt() throws Exception {
        Client alice = stack.desktop("alice");
        alice.wire.send(Commands.LOGIN_REQ_USERLOGIN, 1, Client.loginRequest("alice", WINDOWS));
        alice.wire.expectClosed();
    }

    @Test
    void heartbeatsComeBackByteForByteBeforeAndAfterLogin() throws Exception {
        byte[] plain = HexFormat.of().parseHex("00000010000100000007070103090000");
        byte[] odd = HexFormat.of().parseHex("000000130006000900070701ffff0004010203");
        Client client = stack.connect();
        for (int i = 0; i < 2; i++) {
            client.wire.sendRaw(plain);
            assertThat(client.wire.receive().raw()).isEqualTo(plain);
            client.wire.sendRaw(odd);
            assertThat(client.wire.receive().raw()).isEqualTo(odd);
            if (i == 0) {
                client.login("alice", WINDOWS);
                client.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY);
            }
        }
    }

    @Test
    void aSecondDesktopKicksTheFirst() throws Exception {
        Client first = stack.desktop("alice");
        Client second = stack.closing(Client.loggedIn(stack.server, "alice", ClientType.CLIENT_TYPE_MAC));
        WireClient.Frame kick = first.wire.expectFrame(Commands.LOGIN_KICK_USER);
        assertThat(kick.seq()).isZero();
        assertThat(kick.parse(Commands.LOGIN_KICK_USER))
                .isEqualTo(IMKickUser.newBuilder()
                        .setUserId(1)
                        .setKickReason(KickReasonType.KICK_REASON_DUPLICATE_USER)
                        .build());
        assertThat(second.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY)).isEqualTo(online(1));

        byte[] heartbeat = HexFormat.of().parseHex("00000010000100000007070100090000");
        first.wire.sendRaw(heartbeat);
        assertThat(first.wire.receive().raw()).isEqualTo(heartbeat);
        first.wire.send(Commands.MSG_TIME_REQUEST, 1, IMClientTimeReq.getDefaultInstance());
        first.wire.expectClosed();

        stack.desktop("bob");
        assertThat(second.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY)).isEqualTo(online(2));
    }

    @Test
    void mobileAndDesktopCoexist() throws Exception {
        Client desktop = stack.desktop("alice");
        Client mobile = stack.closing(Client.loggedIn(stack.server, "alice", ClientType.CLIENT_TYPE_IOS));
        assertThat(mobile.wire.expect(Commands.BUDDY_LIST_PC_LOGIN_STATUS_NOTIFY))
                .isEqualTo(desktopStatus(UserStatType.USER_STATUS_ONLINE));
        assertThat(desktop.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY)).isEqualTo(online(1));
        desktop.close();
        assertThat(mobile.wire.expect(Commands.BUDDY_LIST_PC_LOGIN_STATUS_NOTIFY))
                .isEqualTo(desktopStatus(UserStatType.USER_STATUS_OFFLINE));
        stack.desktop("alice");
        assertThat(mobile.wire.expect(Commands.BUDDY_LIST_PC_LOGIN_STATUS_NOTIFY))
                .isEqualTo(desktopStatus(UserStatType.USER_STATUS_ONLINE));
    }

    private static IMPCLoginStatusNotify desktopStatus(UserStatType status) {
        return IMPCLoginStatusNotify.newBuilder()
                .setUserId(1)
                .setLoginStat(status)
                .build();
    }

    @Test
    void aSecondMobileOfTheSameKindKicksTheFirst() throws Exception {
        Client first = stack.closing(Client.loggedIn(stack.server, "alice", ClientType.CLIENT_TYPE_ANDROID));
        Client other = stack.closing(Client.loggedIn(stack.server, "alice", ClientType.CLIENT_TYPE_IOS));
        stack.closing(Client.loggedIn(stack.server, "alice", ClientType.CLIENT_TYPE_ANDROID));
        first.wire.expect(Commands.LOGIN_KICK_USER);
        first.wire.expectClosed();
        other.expectNothing();
    }

    @Test
    void aMobileKicksTheOwnDesktop() throws Exception {
        Client desktop = stack.desktop("alice");
        Client mobile = stack.closing(Client.loggedIn(stack.server, "alice", ClientType.CLIENT_TYPE_IOS));
        mobile.wire.expect(Commands.BUDDY_LIST_PC_LOGIN_STATUS_NOTIFY);
        mobile.wire.send(
                Commands.LOGIN_REQ_KICKPCCLIENT,
                5,
                IMKickPCClientReq.newBuilder().setUserId(1).build());
        WireClient.Frame answer = mobile.wire.expectFrame(Commands.LOGIN_RES_KICKPCCLIENT);
        assertThat(answer.seq()).isEqualTo(5);
        assertThat(answer.parse(Commands.LOGIN_RES_KICKPCCLIENT).getResultCode())
                .isZero();
        assertThat(mobile.wire.expect(Commands.BUDDY_LIST_PC_LOGIN_STATUS_NOTIFY))
                .isEqualTo(desktopStatus(UserStatType.USER_STATUS_OFFLINE));
        assertThat(desktop.expect(Commands.LOGIN_KICK_USER).getKickReason())
                .isEqualTo(KickReasonType.KICK_REASON_MOBILE_KICK);
        desktop.wire.expectClosed();
    }

    @Test
    void aDesktopKicksNobody() throws Exception {
        Client desktop = stack.desktop("alice");
        desktop.wire.send(
                Commands.LOGIN_REQ_KICKPCCLIENT,
                5,
                IMKickPCClientReq.newBuilder().setUserId(2).build());
        assertThat(desktop.expect(Commands.LOGIN_RES_KICKPCCLIENT).getResultCode())
                .isEqualTo(1);
        desktop.expectNothing();
    }

    @Test
    void aLogoutIsAnsweredAndOthersHearOfIt() throws Exception {
        Client alice = stack.desktop("alice");
        Client bob = stack.desktop("bob");
        alice.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY);
        bob.wire.send(Commands.LOGIN_REQ_LOGINOUT, 2, IMLogoutReq.getDefaultInstance());
        WireClient.Frame answer = bob.wire.expectFrame(Commands.LOGIN_RES_LOGINOUT);
        assertThat(answer.seq()).isEqualTo(2);
        assertThat(answer.parse(Commands.LOGIN_RES_LOGINOUT).getResultCode()).isZero();
        bob.wire.expectClosed();
        assertThat(alice.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY)).isEqualTo(offline(2));
    }

    @Test
    void othersHearOfALostConnection() throws Exception {
        Client alice = stack.desktop("alice");
        Client bob = stack.desktop("bob");
        alice.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY);
        bob.wire.reset();
        assertThat(alice.wire.expect(Commands.BUDDY_LIST_STATUS_NOTIFY)).isEqualTo(offline(2));
    }
}
