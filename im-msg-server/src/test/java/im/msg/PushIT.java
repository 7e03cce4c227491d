package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.MsgType;
import im.proto.base.UserTokenInfo;
import im.proto.message.IMMsgData;
import im.proto.server.IMPushToUserReq;
import im.testkit.Eventually;
import im.testkit.PushServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PushIT {
    private final BlockingQueue<Config> posted = new LinkedBlockingQueue<>();
    private HttpServer webhook;
    private PushServer pushServer;
    private Stack stack;
    private Client alice;

    @BeforeEach
    void start() throws Exception {
        webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/push", request -> {
            posted.add(ConfigFactory.parseString(
                    new String(request.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            request.sendResponseHeaders(204, -1);
            request.close();
        });
        webhook.start();
        String url = "http://127.0.0.1:" + webhook.getAddress().getPort() + "/push";
        pushServer = new PushServer();
        stack = Stack.start(Map.of(
                "push.webhook.url",
                url,
                "push.servers",
                "127.0.0.1:" + pushServer.address().getPort(),
                "push.flash",
                "Something is new"));
        Eventually.until("the push-server is connected", () -> stack.ready("push-server") == 1);
        stack.db.tokens = List.of(token(2), token(3));
        alice = stack.desktop("alice");
    }

    @AfterEach
    void stop() throws Exception {
        stack.close();
        pushServer.close();
        webhook.stop(0);
    }

    private static UserTokenInfo token(int user) {
        return token(user, "token of " + user);
    }

    private static UserTokenInfo token(int user, String token) {
        return UserTokenInfo.newBuilder()
                .setUserId(user)
                .setUserType(ClientType.CLIENT_TYPE_IOS)
                .setToken(token)
                .setPushCount(4)
                .setPushType(0)
                .build();
    }

    private void send(int to, MsgType type, int seq) throws Exception {
        alice.wire.send(
                Commands.MSG_DATA,
                seq,
                IMMsgData.newBuilder()
                        .setFromUserId(1)
                        .setToSessionId(to)
                        .setMsgId(0)
                        .setCreateTime(0)
                        .setMsgType(type)
                        .setMsgData(ByteString.copyFromUtf8("hello"))
                        .build());
        alice.expect(Commands.MSG_DATA_ACK);
    }

    private Config nextPosted() throws Exception {
        return Optional.ofNullable(posted.poll(10, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("nothing is pushed"));
    }

    private static List<Integer> users(Config push) {
        return push.getConfigList("user_token_info").stream()
                .map(target -> target.getInt("user_id"))
                .toList();
    }

    @Test
    void whoHasNoMobileConnectedIsPushedToOnce() throws Exception {
        send(2, MsgType.MSG_TYPE_SINGLE_TEXT, 21);
        Config push = nextPosted();
        assertThat(users(push)).containsExactly(2);
        assertThat(push.getInt("message.msg_id")).isEqualTo(1);
        assertThat(push.getInt("message.session_id")).isEqualTo(1);

        // A repetition is none.
        send(2, MsgType.MSG_TYPE_SINGLE_TEXT, 21);
        stack.closing(Client.loggedIn(stack.server, "bob", ClientType.CLIENT_TYPE_IOS));
        send(2, MsgType.MSG_TYPE_SINGLE_TEXT, 22);
        send(3, MsgType.MSG_TYPE_SINGLE_TEXT, 23);
        assertThat(users(nextPosted())).containsExactly(3);
    }

    @Test
    void everyMemberOfAGroupOfAThousandIsPushedToHoweverLongTheTokens() throws Exception {
        List<Integer> members = IntStream.rangeClosed(1, 1000).boxed().toList();
        stack.db.messages.members = members;
        stack.db.tokens =
                members.stream().map(user -> token(user, "x".repeat(512))).toList();
        send(FakeMessages.GROUP, MsgType.MSG_TYPE_GROUP_TEXT, 21);
        List<Integer> told = new ArrayList<>();
        while (told.size() < 999) {
            told.addAll(users(nextPosted()));
        }
        assertThat(told).containsExactlyInAnyOrderElementsOf(members.subList(1, 1000));
    }

    private IMPushToUserReq nextPushed() throws Exception {
        return Optional.ofNullable(pushServer.pushed().poll(10, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("nothing is pushed"));
    }

    @Test
    void pushServersAreToldOfAMessageButNotWhatItSays() throws Exception {
        send(2, MsgType.MSG_TYPE_SINGLE_TEXT, 21);
        assertThat(nextPushed())
                .isEqualTo(IMPushToUserReq.newBuilder()
                        .setFlash("Something is new")
                        .setData("{\"from_id\":1,\"msg_type\":1}")
                        .addUserTokenList(token(2).toBuilder().setPushType(1))
                        .build());

        send(FakeMessages.GROUP, MsgType.MSG_TYPE_GROUP_TEXT, 22);
        IMPushToUserReq toGroup = nextPushed();
        assertThat(toGroup.getData())
                .isEqualTo("{\"from_id\":1,\"group_id\":" + FakeMessages.GROUP + ",\"msg_type\":17}");
    }

    @Test
    void aPushServerThatIsAwayHoldsNothingUpAndIsToldAgainWhenItIsBack() throws Exception {
        pushServer.goAway();
        Eventually.until("the push-server is gone", () -> stack.ready("push-server") == 0);
        send(2, MsgType.MSG_TYPE_SINGLE_TEXT, 21);
        assertThat(users(nextPosted())).containsExactly(2);

        pushServer.comeBack();
        Eventually.until("the push-server is connected", () -> stack.ready("push-server") == 1);
        send(3, MsgType.MSG_TYPE_SINGLE_TEXT, 22);
        assertThat(nextPushed().getUserTokenList(0).getUserId()).isEqualTo(3);
    }

    @Test
    void whoHasSilencedTheGroupIsNotPushedTo() throws Exception {
        stack.db.shielding = Set.of(3);
        send(FakeMessages.GROUP, MsgType.MSG_TYPE_GROUP_TEXT, 21);
        send(3, MsgType.MSG_TYPE_SINGLE_TEXT, 22);
        assertThat(nextPosted().getInt("message.session_type")).isEqualTo(1);

        stack.db.shielding = Set.of();
        send(FakeMessages.GROUP, MsgType.MSG_TYPE_GROUP_TEXT, 23);
        Config push = nextPosted();
        assertThat(push.getInt("message.session_id")).isEqualTo(FakeMessages.GROUP);
        assertThat(users(push)).containsExactly(3);
    }
}
