package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import im.client.ClientListener;
import im.client.ConversationId;
import im.client.ImClient;
import im.client.Message;
import im.client.MessageListener;
import im.netlib.AddressSource;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everybody writes in a group and to one other user, half of them at each of two msg-servers, while the connections of clients break and
 * msg-servers, db-proxies and route-servers are killed and come back, one after the other.
 */
class MessagesSoakIT {
    private static final int GROUP = 10;
    /** How often something fails while all messages are stored, at least. */
    private static final int FAILURES = 14;

    @TempDir
    Path folder;

    private final List<Writer> writers = new ArrayList<>();
    private final FaultProxy[] toMsgServers = new FaultProxy[FaultyCluster.SERVERS];
    /** What was acknowledged, by its id, of each conversation. */
    private final Map<String, Map<Long, String>> acknowledged = new ConcurrentHashMap<>();

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger stored = new AtomicInteger();
    private FaultyCluster cluster;

    @Test
    void everyMessageIsStoredOnceAndComesToEverybodyInOneOrder() throws Exception {
        soak(20, 30);
    }

    @Test
    @Tag("slow")
    void everyOneOf20000MessagesOf200UsersIsStoredOnceAndComesToEverybodyInOneOrder() throws Exception {
        soak(200, 100);
    }

    @AfterEach
    void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        for (FaultProxy proxy : toMsgServers) {
            if (proxy != null) {
                proxy.close();
            }
        }
    }

    private void soak(int users, int messagesOfEach) throws Exception {
        start(users);
        makeGroups();
        for (Writer writer : writers) {
            writer.begin(messagesOfEach / 2);
        }

        failAgainAndAgain(users * messagesOfEach);

        acknowledged.forEach((conversation, messages) -> assertThat(messages.keySet())
                .as(conversation)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, messages.size()).boxed().toList()));
        for (Writer writer : writers) {
            writer.awaitEverything();
        }
    }

    private void start(int users) throws Exception {
        List<String> names = IntStream.range(0, users).mapToObj(i -> "u" + i).toList();
        cluster = FaultyCluster.start(folder, names);
        for (int i = 0; i < toMsgServers.length; i++) {
            int index = i;
            toMsgServers[i] = FaultProxy.to(() -> cluster.msgServerAddress(index));
        }
        for (String name : names) {
            FaultProxy msgServer = toMsgServers[writers.size() % toMsgServers.length];
            Writer writer = new Writer(cluster.login(
                    name,
                    AddressSource.always(HostAndPort.fromParts(
                            "127.0.0.1", msgServer.address().getPort())),
                    ClientListener.NONE));
            Await.result(writer.client.messages().listen(writer));
            writers.add(writer);
        }
    }

    /** Neighbours, who are at different msg-servers, write to each other. */
    private void makeGroups() throws Exception {
        for (int first = 0; first < writers.size(); first += GROUP) {
            List<Writer> members = writers.subList(first, first + GROUP);
            List<Integer> ids = members.stream().map(Writer::id).toList();
            int group = Await.result(members.get(0).client.groups().create("group " + first, false, ids));
            for (int i = 0; i < GROUP; i++) {
                Writer member = members.get(i);
                Writer neighbour = members.get(i ^ 1);
                member.writesTo(ConversationId.ofGroup(group), "group " + group);
                member.writesTo(
                        ConversationId.ofUser(neighbour.id()),
                        Math.min(member.id(), neighbour.id()) + " and " + Math.max(member.id(), neighbour.id()));
            }
        }
    }

    private interface Failure {
        void happen() throws Exception;
    }

    private void failAgainAndAgain(int total) throws Exception {
        List<Failure> all = List.of(
                () -> dropConnections(0),
                () -> restartMsgServer(1),
                () -> restartDbProxy(0),
                () -> dropConnections(1),
                () -> restartRouteServer(0),
                () -> restartDbProxy(1),
                () -> restartRouteServer(1));
        for (int next = 0; stored.get() < total; next++) {
            int goal = Math.min(total, stored.get() + total / FAILURES);
            all.get(next % all.size()).happen();
            Eventually.until("messages are stored, up to " + goal, () -> stored.get() >= goal || !failures.isEmpty());
            assertThat(failures).isEmpty();
        }
    }

    private void dropConnections(int msgServer) {
        toMsgServers[msgServer].cut();
        toMsgServers[msgServer].heal();
    }

    private void restartMsgServer(int index) throws Exception {
        toMsgServers[index].cut();
        cluster.killMsgServer(index);
        cluster.startMsgServerAgain(index);
        toMsgServers[index].heal();
    }

    private void restartDbProxy(int index) throws Exception {
        cluster.killDbProxy(index);
        cluster.startDbProxy(index);
    }

    private void restartRouteServer(int index) throws Exception {
        cluster.killRouteServer(index);
        cluster.startRouteServer(index);
    }

    /** A user with one client, who hears what everybody writes. */
    private final class Writer implements MessageListener {
        private final ImClient client;
        private final Map<ConversationId, String> conversations = new ConcurrentHashMap<>();
        private final Map<ConversationId, Queue<Message>> heard = new ConcurrentHashMap<>();

        Writer(ImClient client) {
            this.client = client;
        }

        int id() {
            return client.self().id();
        }

        /** @param name the same for all who take part */
        void writesTo(ConversationId conversation, String name) {
            conversations.put(conversation, name);
            heard.put(conversation, new ConcurrentLinkedQueue<>());
            acknowledged.computeIfAbsent(name, any -> Collections.synchronizedMap(new TreeMap<>()));
        }

        /** In each conversation one message after the other. */
        void begin(int messages) {
            conversations.keySet().forEach(conversation -> write(conversation, 1, messages));
        }

        private void write(ConversationId conversation, int number, int last) {
            String text = id() + " writes " + number;
            client.messages().sendText(conversation, text).whenComplete((id, failure) -> {
                if (failure != null) {
                    failures.add(failure);
                    return;
                }
                String other = acknowledged.get(conversations.get(conversation)).put(id, text);
                if (other != null) {
                    failures.add(new AssertionError(id + " is the id of '" + other + "' and of '" + text + "'"));
                }
                if (number < last) {
                    write(conversation, number + 1, last);
                }
                stored.incrementAndGet();
            });
        }

        @Override
        public void onMessage(Message message) {
            heard.get(message.conversation()).add(message);
        }

        void awaitEverything() {
            conversations.forEach((conversation, name) -> {
                Map<Long, String> all = acknowledged.get(name);
                Queue<Message> mine = heard.get(conversation);
                Eventually.until(id() + " has heard all of " + name, () -> mine.size() >= all.size());
                assertThat(mine.stream().map(Message::id))
                        .as(id() + " in " + name)
                        .containsExactlyElementsOf(all.keySet());
                assertThat(mine.stream().map(Message::text)).containsExactlyElementsOf(all.values());
            });
        }
    }
}
