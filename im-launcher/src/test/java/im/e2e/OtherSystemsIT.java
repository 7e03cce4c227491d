package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import im.client.ClientOptions;
import im.client.ConversationId;
import im.client.Group;
import im.client.ImClient;
import im.client.Message;
import im.proto.base.ClientType;
import im.testkit.Eventually;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another system asks one msg-server over HTTP, and clients at the other one hear of it. alice is the bot, and never logs in. */
class OtherSystemsIT {
    private static final String KEY = "0123456789abcdef";

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ImClient> clients = new ArrayList<>();
    private final Talk bobsTalk = new Talk();
    private final Talk bobsMobileTalk = new Talk();
    private TwoMsgServers servers;
    private ImClient bob;

    @BeforeEach
    void start() throws Exception {
        servers = TwoMsgServers.start(
                folder, Map.of("msg-server.http.listen", "127.0.0.1:0", "msg-server.http.app-keys", "bot:" + KEY));
        login("bob", 1, ClientType.CLIENT_TYPE_ANDROID, bobsMobileTalk);
        bob = login("bob", 1, ClientType.CLIENT_TYPE_WINDOWS, bobsTalk);
        // Whoever is seen at the first msg-server is reached from there.
        ImClient carol = login("carol", 0, ClientType.CLIENT_TYPE_WINDOWS, new Talk());
        Eventually.until(
                "bob is seen", () -> FaultyCluster.sees(carol, bob.self().id()));
    }

    private ImClient login(String user, int msgServer, ClientType type, Talk talk) throws Exception {
        ClientOptions options = servers.options(user, msgServer).withClientType(type);
        ImClient client = Await.result(ImClient.connect(options, talk));
        clients.add(client);
        talk.listenTo(client);
        return client;
    }

    @AfterEach
    void stop() {
        clients.forEach(ImClient::close);
        servers.close();
    }

    private Config ask(String query, String fields) throws Exception {
        int port =
                servers.stack().msgServers().get(0).httpAddress().orElseThrow().getPort();
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/query/" + query))
                        .POST(BodyPublishers.ofString(
                                "{\"req_user_id\":\"1\",\"app_key\":\"" + KEY + "\"," + fields + "}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        Config answer = ConfigFactory.parseString(response.body());
        assertThat(answer.getInt("error_code")).isZero();
        return answer;
    }

    private static String message(int to, int type, String text) {
        return "\"to_id\":" + to + ",\"msg_type\":" + type + ",\"msg_data\":\""
                + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\"";
    }

    @Test
    void aBotsMessageReachesBothDevicesAndIsStoredOnceHoweverOftenItIsAskedFor() throws Exception {
        String hello = message(2, 1, "hello") + ",\"client_msg_id\":\"order 4711\"";
        for (int i = 0; i < 3; i++) {
            assertThat(ask("SendMessage", hello).getLong("msg_id")).isEqualTo(1);
        }
        assertThat(ask("SendMessage", message(2, 1, "bye")).getLong("msg_id")).isEqualTo(2);

        for (Talk talk : List.of(bobsTalk, bobsMobileTalk)) {
            talk.expect("user 1: 1 from 1: hello", "user 1: 2 from 1: bye");
        }
        assertThat(Await.result(bob.messages().history(ConversationId.ofUser(1), 0, 10)))
                .extracting(Message::text)
                .containsExactly("bye", "hello");
    }

    @Test
    void aGroupThatIsAskedForAgainIsMadeOnce() throws Exception {
        String friends = "\"group_name\":\"friends\",\"group_type\":1,\"group_avatar\":\"\",\"user_id_list\":[2],"
                + "\"client_group_id\":\"project 7\"";
        long group = ask("CreateGroup", friends).getLong("group_id");
        assertThat(ask("CreateGroup", friends).getLong("group_id")).isEqualTo(group);
        assertThat(Await.result(bob.groups().all())).hasSize(1);
    }

    @Test
    void aGroupThatAnotherSystemMakesAppearsAtItsMembers() throws Exception {
        int group = ask(
                        "CreateGroup",
                        "\"group_name\":\"friends\",\"group_type\":1,\"group_avatar\":\"\",\"user_id_list\":[2]")
                .getInt("group_id");
        ask("ChangeMembers", "\"group_id\":" + group + ",\"modify_type\":1,\"user_id_list\":[3]");
        ask("SendMessage", message(group, 17, "welcome"));
        ask("ChangeMembers", "\"group_id\":" + group + ",\"modify_type\":2,\"user_id_list\":[2]");

        for (Talk talk : List.of(bobsTalk, bobsMobileTalk)) {
            talk.expect(
                    "group " + group + ": 1 added [1, 2], now [1, 2]",
                    "group " + group + ": 1 added [3], now [1, 2, 3]",
                    "group " + group + ": 1 from 1: welcome",
                    "group " + group + ": 1 removed [2], now [1, 3]");
        }
        assertThat(Await.result(clients.get(2).groups().all()))
                .extracting(Group::name)
                .containsExactly("friends");
    }
}
