package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import im.client.ClientListener;
import im.client.ConversationId;
import im.client.ImClient;
import im.client.Message;
import im.netlib.AddressSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A msg-server dies and comes back while everybody at both writes in one group. */
class MessagesSoakIT {
    private static final int MESSAGES_OF_EACH = 40;

    @TempDir
    Path folder;

    private final List<ImClient> clients = new ArrayList<>();
    private FaultyCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = FaultyCluster.start(folder, Map.of());
        for (String user : FaultyCluster.USERS) {
            clients.add(cluster.login(user, at(clients.size() % FaultyCluster.SERVERS), ClientListener.NONE));
        }
    }

    /** Wherever this msg-server listens by then. */
    private AddressSource at(int msgServer) {
        return () -> CompletableFuture.completedFuture(HostAndPort.fromParts(
                "127.0.0.1", cluster.msgServerAddress(msgServer).getPort()));
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void everyMessageIsStoredOnceAndInOneOrderForEverybody() throws Exception {
        List<Integer> all = clients.stream().map(client -> client.self().id()).toList();
        ConversationId group =
                ConversationId.ofGroup(Await.result(clients.get(0).groups().create("everybody", false, all)));
        Map<String, CompletableFuture<Long>> sent = new HashMap<>();
        for (int i = 0; i < MESSAGES_OF_EACH; i++) {
            for (ImClient client : clients) {
                String text = client.self().loginName() + " " + i;
                sent.put(text, client.messages().sendText(group, text));
            }
        }
        Await.until("messages are stored", () -> stored(sent) >= sent.size() / 10);

        cluster.killMsgServer(1);
        cluster.startMsgServerAgain(1);

        Map<Long, String> acknowledged = new HashMap<>();
        for (Map.Entry<String, CompletableFuture<Long>> one : sent.entrySet()) {
            acknowledged.put(Await.result(one.getValue()), one.getKey());
        }
        assertThat(acknowledged.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, sent.size()).boxed().toList());
        for (ImClient client : clients) {
            Await.until("the client is back", client::isConnected);
            List<Message> history = history(client, group);
            assertThat(history).hasSize(sent.size());
            for (int i = 0; i < history.size(); i++) {
                Message message = history.get(i);
                assertThat(message.id()).isEqualTo(sent.size() - i);
                assertThat(message.text()).isEqualTo(acknowledged.get(message.id()));
            }
        }
    }

    private static long stored(Map<String, CompletableFuture<Long>> sent) {
        return sent.values().stream().filter(CompletableFuture::isDone).count();
    }

    /** The whole of it, newest first. */
    private static List<Message> history(ImClient client, ConversationId conversation) throws Exception {
        List<Message> found = new ArrayList<>();
        List<Message> page = Await.result(client.messages().history(conversation, 0, 100));
        while (!page.isEmpty()) {
            found.addAll(page);
            long lowest = page.get(page.size() - 1).id();
            page = lowest == 1 ? List.of() : Await.result(client.messages().history(conversation, lowest - 1, 100));
        }
        return found;
    }
}
