package im.msg;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.google.protobuf.ByteString;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import im.msg.http.Queries;
import im.proto.Commands;
import im.proto.RecordResult;
import im.proto.base.ClientType;
import im.proto.base.GroupModifyType;
import im.proto.base.GroupType;
import im.proto.base.MsgType;
import im.proto.group.IMGroupChangeMemberNotify;
import im.proto.group.IMGroupChangeMemberReq;
import im.proto.group.IMGroupChangeMemberRsp;
import im.proto.group.IMGroupCreateReq;
import im.proto.group.IMGroupCreateRsp;
import im.proto.message.IMMsgData;
import im.testkit.Eventually;
import im.testkit.HostileHttp;
import im.testkit.LoggedLines;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other systems ask over HTTP, with a database that does what the test wants. */
class OtherSystemsIT {
    private static final String KEY = "0123456789abcdef";
    private static final int PATIENCE_MILLIS = 10_000;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Stack stack;
    private Client alice;

    @BeforeEach
    void start() throws Exception {
        restart(Map.of());
    }

    private void restart(Map<String, String> more) throws Exception {
        stop();
        Map<String, String> settings = new HashMap<>(
                Map.of("http.listen", "127.0.0.1:0", "http.app-keys", "wiki:fedcba9876543210,crm:" + KEY));
        settings.putAll(more);
        stack = Stack.start(settings);
        alice = stack.desktop("alice");
    }

    @AfterEach
    void stop() throws Exception {
        if (stack != null) {
            stack.close();
        }
    }

    private InetSocketAddress address() {
        return stack.server.httpAddress().orElseThrow();
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address().getPort() + path))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(request(path, body), BodyHandlers.ofString());
    }

    /** The answer to a request that has this key and what else is given in it. */
    private HttpResponse<String> ask(String path, String fields) throws Exception {
        return post(path, with(fields));
    }

    private static String with(String fields) {
        return "{\"req_user_id\":\"1\",\"app_key\":\"" + KEY + "\"," + fields + "}";
    }

    private static Config answer(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return ConfigFactory.parseString(response.body());
    }

    private static String message(int to, String text) {
        return "\"to_id\":" + to + ",\"msg_type\":1,\"msg_data\":\""
                + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\"";
    }

    @Test
    void aGroupIsMadeAndItsMembersAreTold() throws Exception {
        stack.db.answers.put(
                Commands.GROUP_CREATE_RESPONSE.commandId(),
                IMGroupCreateRsp.newBuilder()
                        .setUserId(1)
                        .setResultCode(0)
                        .setGroupId(-2)
                        .setGroupName("friends")
                        .addAllUserIdList(List.of(1, 3))
                        .build());

        Config answer = answer(
                ask(
                        "/query/CreateGroup",
                        "\"group_name\":\"friends\",\"group_type\":2,\"group_avatar\":\"http://a/\",\"user_id_list\":[3,\"7\"]"),
                200);

        assertThat(answer.getInt("error_code")).isZero();
        assertThat(answer.getString("error_msg")).isEqualTo("ok");
        assertThat(answer.getLong("group_id")).isEqualTo(4294967294L);
        IMGroupCreateReq asked = stack.db.nextAsked(IMGroupCreateReq.class);
        assertThat(asked.toBuilder().clearAttachData().build())
                .isEqualTo(IMGroupCreateReq.newBuilder()
                        .setUserId(1)
                        .setGroupType(GroupType.GROUP_TYPE_TMP)
                        .setGroupName("friends")
                        .setGroupAvatar("http://a/")
                        .addAllMemberIdList(List.of(3, 7))
                        .build());
        assertThat(alice.expect(Commands.GROUP_CHANGE_MEMBER_NOTIFY))
                .isEqualTo(changed(GroupModifyType.GROUP_MODIFY_TYPE_ADD, -2, List.of(1, 3), List.of(1, 3)));
    }

    @Test
    void aGroupThatIsAskedForAgainAfterNoAnswerHasTheSameName() throws Exception {
        String named = "\"group_name\":\"friends\",\"group_type\":1,\"user_id_list\":[3],"
                + "\"client_group_id\":\"project 7\"";
        stack.db.mood = FakeDbProxy.Mood.VANISHING;
        assertThat(answer(ask("/query/CreateGroup", named), 503).getInt("error_code"))
                .isEqualTo(4);
        stack.db.mood = FakeDbProxy.Mood.WILLING;
        stack.awaitEverything();
        stack.db.answers.put(
                Commands.GROUP_CREATE_RESPONSE.commandId(),
                IMGroupCreateRsp.newBuilder()
                        .setUserId(1)
                        .setResultCode(0)
                        .setGroupId(5)
                        .setGroupName("friends")
                        .build());
        assertThat(answer(ask("/query/CreateGroup", named), 200).getLong("group_id"))
                .isEqualTo(5);
        ByteString name = stack.db.nextAsked(IMGroupCreateReq.class).getClientGroupId();
        assertThat(name.size()).isEqualTo(32);
        assertThat(stack.db.nextAsked(IMGroupCreateReq.class).getClientGroupId())
                .isEqualTo(name);
        assertThat(answer(ask("/query/CreateGroup", named.replace("project 7", "")), 400)
                        .getString("error_msg"))
                .contains("client_group_id");
    }

    private static IMGroupChangeMemberNotify changed(
            GroupModifyType type, int group, List<Integer> now, List<Integer> changed) {
        return IMGroupChangeMemberNotify.newBuilder()
                .setUserId(1)
                .setChangeType(type)
                .setGroupId(group)
                .addAllCurUserIdList(now)
                .addAllChgUserIdList(changed)
                .build();
    }

    private void membersChange(int result, List<Integer> changed) {
        stack.db.answers.put(
                Commands.GROUP_CHANGE_MEMBER_RESPONSE.commandId(),
                IMGroupChangeMemberRsp.newBuilder()
                        .setUserId(1)
                        .setChangeType(GroupModifyType.GROUP_MODIFY_TYPE_DEL)
                        .setResultCode(result)
                        .setGroupId(5)
                        .addCurUserIdList(1)
                        .addAllChgUserIdList(changed)
                        .build());
    }

    private static final String REMOVE_3 = "\"group_id\":5,\"modify_type\":2,\"user_id_list\":[3]";

    @Test
    void membersAreChangedAndToldOfIt() throws Exception {
        membersChange(0, List.of(3));
        assertThat(answer(ask("/query/ChangeMembers", REMOVE_3), 200).getInt("error_code"))
                .isZero();
        IMGroupChangeMemberReq asked = stack.db.nextAsked(IMGroupChangeMemberReq.class);
        assertThat(asked.getUserId()).isEqualTo(1);
        assertThat(asked.getChangeType()).isEqualTo(GroupModifyType.GROUP_MODIFY_TYPE_DEL);
        assertThat(asked.getGroupId()).isEqualTo(5);
        assertThat(asked.getMemberIdListList()).containsExactly(3);
        assertThat(alice.expect(Commands.GROUP_CHANGE_MEMBER_NOTIFY))
                .isEqualTo(changed(GroupModifyType.GROUP_MODIFY_TYPE_DEL, 5, List.of(1), List.of(3)));

        membersChange(0, List.of());
        assertThat(answer(ask("/query/ChangeMembers", REMOVE_3), 200).getInt("error_code"))
                .isZero();
        alice.expectNothing();
    }

    @Test
    void whatTheDatabaseRefusesIsRefusedAndWhatItCannotDoNowMayBeAskedAgain() throws Exception {
        membersChange(1, List.of());
        assertThat(answer(ask("/query/ChangeMembers", REMOVE_3), 422).getInt("error_code"))
                .isEqualTo(3);
        membersChange(3, List.of());
        assertThat(answer(ask("/query/ChangeMembers", REMOVE_3), 503).getInt("error_code"))
                .isEqualTo(4);
        stack.db.messages.result = RecordResult.REFUSED;
        assertThat(answer(ask("/query/SendMessage", message(2, "a")), 422).getInt("error_code"))
                .isEqualTo(3);
        stack.db.messages.result = RecordResult.NOT_NOW;
        assertThat(answer(ask("/query/SendMessage", message(2, "b")), 503).getInt("error_code"))
                .isEqualTo(4);
        alice.expectNothing();
    }

    @Test
    void aMessageIsDeliveredToEveryDeviceOfReceiverAndSender() throws Exception {
        Client bob = stack.desktop("bob");
        Client mobile = stack.closing(Client.loggedIn(stack.server, "bob", ClientType.CLIENT_TYPE_ANDROID));

        Config answer = answer(ask("/query/SendMessage", message(2, "hello")), 200);

        assertThat(answer.getLong("msg_id")).isEqualTo(1);
        assertThat(answer.getInt("create_time")).isEqualTo(FakeMessages.CREATED);
        for (Client client : List.of(alice, bob, mobile)) {
            IMMsgData pushed = client == mobile ? pushAfterNews(mobile) : client.expect(Commands.MSG_DATA);
            assertThat(pushed)
                    .isEqualTo(IMMsgData.newBuilder()
                            .setFromUserId(1)
                            .setToSessionId(2)
                            .setMsgId(1)
                            .setCreateTime(FakeMessages.CREATED)
                            .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                            .setMsgData(ByteString.copyFromUtf8("hello"))
                            .build());
        }
    }

    /** A mobile may be told first that its user's desktop is there. */
    private static IMMsgData pushAfterNews(Client mobile) throws IOException {
        var frame = mobile.wire.receive();
        while (frame.commandId() != Commands.MSG_DATA.commandId()) {
            frame = mobile.wire.receive();
        }
        return frame.parse(Commands.MSG_DATA);
    }

    @Test
    void theAnswerComesWhenItIsStored() throws Exception {
        stack.db.mood = FakeDbProxy.Mood.HOLDING;
        CompletableFuture<HttpResponse<String>> answer =
                http.sendAsync(request("/query/SendMessage", with(message(2, "hello"))), BodyHandlers.ofString());
        Eventually.until("the db-proxy is asked", stack.db::holdsSomething);
        alice.expectNothing();
        assertThat(answer).isNotDone();
        stack.db.answerHeld();
        assertThat(answer(answer.get(10, TimeUnit.SECONDS), 200).getLong("msg_id"))
                .isEqualTo(1);
    }

    @Test
    void aRepetitionUnderTheSameNameIsStoredAndDeliveredOnce() throws Exception {
        Client bob = stack.desktop("bob");
        String named = message(2, "hello") + ",\"client_msg_id\":\"order 4711/" + "x".repeat(100) + "\"";
        for (int i = 0; i < 3; i++) {
            assertThat(answer(ask("/query/SendMessage", named), 200).getLong("msg_id"))
                    .isEqualTo(1);
        }
        // Without a name every request is another message.
        ask("/query/SendMessage", message(2, "again"));
        ask("/query/SendMessage", message(2, "again"));
        for (int id = 1; id <= 3; id++) {
            assertThat(bob.expect(Commands.MSG_DATA).getMsgId()).isEqualTo(id);
        }
        bob.expectNothing();
    }

    @Test
    void aRepetitionAfterNoAnswerHasTheSameName() throws Exception {
        String named = message(2, "hello") + ",\"client_msg_id\":\"order 4711\"";
        stack.db.mood = FakeDbProxy.Mood.VANISHING;
        assertThat(answer(ask("/query/SendMessage", named), 503).getInt("error_code"))
                .isEqualTo(4);
        stack.db.mood = FakeDbProxy.Mood.WILLING;
        stack.awaitEverything();
        assertThat(answer(ask("/query/SendMessage", named), 200).getLong("msg_id"))
                .isEqualTo(1);
        assertThat(stack.db.messages.nextAsked().getClientMsgId())
                .isEqualTo(stack.db.messages.nextAsked().getClientMsgId());
    }

    @Test
    void withoutADbProxyItIsNotNow() throws Exception {
        stack.db.goAway();
        Eventually.until("no db-proxy is ready", () -> stack.server.readyDbProxies() == 0);
        assertThat(answer(ask("/query/SendMessage", message(2, "a")), 503).getInt("error_code"))
                .isEqualTo(4);
        assertThat(answer(ask("/query/ChangeMembers", REMOVE_3), 503).getInt("error_code"))
                .isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"app_key\":null}",
                "{\"app_key\":\"\"}",
                "{\"app_key\":\"0123456789abcdee\"}",
                "{\"app_key\":\"crm:0123456789abcdef\"}",
                "{\"app_key\":\"0123456789abcdef0\",\"req_user_id\":\"no number\"}"
            })
    void withoutAGoodKeyNothingIsSaidAboutTheRest(String body) throws Exception {
        for (String path : List.of("/query/CreateGroup", "/query/ChangeMembers", "/query/SendMessage")) {
            HttpResponse<String> response = post(path, body);
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.body()).isEqualTo("{\"error_code\":2,\"error_msg\":\"wrong app_key\"}");
        }
        assertThat(stack.db.asked).isEmpty();
    }

    @Test
    void whoTriesKeysIsInTheLogWithItsAddressOnceAMinute() throws Exception {
        try (LoggedLines log = new LoggedLines(Queries.class)) {
            for (int i = 0; i < 3; i++) {
                assertThat(post("/query/SendMessage", "{\"app_key\":\"guessed\"}")
                                .statusCode())
                        .isEqualTo(401);
            }
            assertThat(log.messagesAt(Level.WARN))
                    .singleElement()
                    .asString()
                    .matches("/127\\.0\\.0\\.1:\\d+: /query/SendMessage: refused, .*: wrong app_key");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "hello", "{\"app_key\":}", "\"app_key\"", "{\"app_key\":1}", "{\"a\":\"\\"})
    void whatIsNoJsonIsRefused(String body) throws Exception {
        Config answer = answer(post("/query/SendMessage", body), 400);
        assertThat(answer.getInt("error_code")).isEqualTo(1);
        assertThat(answer.getString("error_msg")).isNotEmpty();
    }

    @Test
    void bracketsWithoutEndAreRefused() throws Exception {
        Config answer = answer(post("/query/SendMessage", "[".repeat(200_000)), 400);
        assertThat(answer.getString("error_msg")).contains("too many brackets");
        answer = answer(post("/query/SendMessage", "{\"a\":".repeat(20_000)), 400);
        assertThat(answer.getString("error_msg")).contains("too many brackets");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"to_id\":0,\"msg_type\":1,\"msg_data\":\"\"",
                "\"to_id\":-1,\"msg_type\":1,\"msg_data\":\"\"",
                "\"to_id\":4294967296,\"msg_type\":1,\"msg_data\":\"\"",
                "\"to_id\":1e99,\"msg_type\":1,\"msg_data\":\"\"",
                "\"to_id\":1.5,\"msg_type\":1,\"msg_data\":\"\"",
                "\"to_id\":[1],\"msg_type\":1,\"msg_data\":\"\"",
                "\"to_id\":2,\"msg_type\":3,\"msg_data\":\"\"",
                "\"to_id\":2,\"msg_type\":1,\"msg_data\":\"?\"",
                "\"to_id\":2,\"msg_type\":1",
                "\"to_id\":2,\"msg_type\":1,\"msg_data\":\"\",\"client_msg_id\":\"\"",
                "\"to_id\":2,\"msg_type\":1,\"msg_data\":\"\",\"client_msg_id\":7",
            })
    void whatDoesNotFitIsNamed(String fields) throws Exception {
        Config answer = answer(ask("/query/SendMessage", fields), 400);
        assertThat(answer.getInt("error_code")).isEqualTo(1);
        assertThat(answer.getString("error_msg")).containsPattern("to_id|msg_type|msg_data|client_msg_id");
        assertThat(stack.db.messages.asked).isEmpty();
    }

    @Test
    void theLongestMessageIsTakenAndALongerOneIsNot() throws Exception {
        String longest = "x".repeat(64 << 10);
        assertThat(answer(ask("/query/SendMessage", message(2, longest)), 200).getLong("msg_id"))
                .isEqualTo(1);
        assertThat(alice.expect(Commands.MSG_DATA).getMsgData().toStringUtf8()).isEqualTo(longest);
        assertThat(answer(ask("/query/SendMessage", message(2, longest + "x")), 400)
                        .getString("error_msg"))
                .contains("65537");
    }

    @Test
    void aBodyThatIsTooLongIsNotRead() throws Exception {
        try (Socket socket = open("POST /query/SendMessage HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n")) {
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void whoSendsHalfARequestIsCutOff() throws Exception {
        restart(Map.of("http.idle", "300ms"));
        try (Socket socket = open("POST /query/SendMessage HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aRequestByteForByteIsAnswered() throws Exception {
        String post = "POST /query/SendMessage HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
        assertThat(HostileHttp.answerByteForByte(address(), post)).startsWith("HTTP/1.1 40");
    }

    @Test
    void silenceDoesNotKeepAConnection() throws Exception {
        restart(Map.of("http.idle", "300ms"));
        HostileHttp.piecesUntilClosed(address(), "", "");
    }

    @Test
    void aFloodOfConnectionsIsTurnedAwayAndClientsDoNotNotice() throws Exception {
        restart(Map.of("http.max-connections", "20"));
        assertThat(HostileHttp.turnedAway(address(), 200, 180)).isEqualTo(180);
        alice.expectNothing();
    }

    @Test
    void oneConnectionTooManyIsClosed() throws Exception {
        restart(Map.of("http.max-connections", "1"));
        String get = "GET /query/SendMessage HTTP/1.1\r\nHost: a\r\n\r\n";
        try (Socket first = open(get)) {
            InputStream answers = first.getInputStream();
            assertThat(answers.read()).isEqualTo('H');
            try (Socket second = open("")) {
                assertThat(second.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        assertThat(ask("/query/DeleteEverything", "\"a\":1").statusCode()).isEqualTo(404);
        HttpRequest get = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + address().getPort() + "/query/SendMessage"))
                .build();
        HttpResponse<String> response = http.send(get, BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow")).hasValue("POST");
    }

    /** A browser asks first for what a form cannot send, and sends at once what one can; a page has no key, and nothing else lets it in. */
    @Test
    void aPageOfStrangersInABrowserCanNeitherAskNorRead() throws Exception {
        URI query = URI.create("http://127.0.0.1:" + address().getPort() + "/query/SendMessage");
        HttpResponse<String> preflight = http.send(
                HttpRequest.newBuilder(query)
                        .method("OPTIONS", BodyPublishers.noBody())
                        .header("Origin", "http://stranger.example")
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "content-type")
                        .build(),
                BodyHandlers.ofString());
        HttpResponse<String> form = http.send(
                HttpRequest.newBuilder(query)
                        .POST(BodyPublishers.ofString("{\"req_user_id\":1," + message(2, "hello") + "}"))
                        .header("Origin", "http://stranger.example")
                        .header("Content-Type", "text/plain")
                        .header("Cookie", "app_key=" + KEY)
                        .build(),
                BodyHandlers.ofString());

        assertThat(preflight.statusCode()).isEqualTo(405);
        assertThat(form.statusCode()).isEqualTo(401);
        for (HttpResponse<String> each : List.of(preflight, form)) {
            assertThat(each.headers().map().keySet())
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
        }
    }

    @Test
    void whatIsUnderWayIsAnsweredBeforeTheServerStops() throws Exception {
        restart(Map.of("client.drain-over", "1ms"));
        stack.db.mood = FakeDbProxy.Mood.HOLDING;
        String query = with(message(2, "hello"));
        String post = "POST /query/SendMessage HTTP/1.1\r\nHost: a\r\nContent-Length: " + query.length() + "\r\n\r\n";
        CompletableFuture<Void> drained;
        try (Socket idle = open("");
                Socket asking = open(post + query)) {
            Eventually.until("the db-proxy is asked", stack.db::holdsSomething);
            drained = stack.server.drain();
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            assertThat(drained).isNotDone();
            stack.db.answerHeld();
            assertThat(new String(asking.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200")
                    .contains("connection: close", "\"msg_id\":1");
        }
        drained.get(10, TimeUnit.SECONDS);
    }

    @Test
    void thereIsNoPortUnlessOneIsConfigured() throws Exception {
        restart(Map.of("http.listen", ""));
        assertThat(stack.server.httpAddress()).isEmpty();
    }

    private Socket open(String request) throws IOException {
        Socket socket = new Socket(address().getAddress(), address().getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
