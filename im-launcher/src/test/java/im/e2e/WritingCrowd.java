package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.client.ConversationId;
import im.client.ImClient;
import im.client.Message;
import im.client.MessageListener;
import im.testkit.Eventually;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/**
 * Everybody writes in a group of ten and to one neighbour, one message after the other, and hears what the others write. Of each
 * message so much is kept as is needed to tell at the end whether all that were acknowledged are there, once and in order.
 */
final class WritingCrowd {
    private static final int GROUP = 10;
    private static final int PAGE = 100;

    private final Pace pace;
    private final List<Writer> writers = new ArrayList<>();
    private final Map<String, Acknowledged> conversations = new ConcurrentHashMap<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger writing = new AtomicInteger();
    private volatile boolean over;

    /** @param clients as many as make whole groups; neighbours write to each other */
    WritingCrowd(List<ImClient> clients, Pace pace) throws Exception {
        this.pace = pace;
        for (ImClient client : clients) {
            Writer writer = new Writer(client);
            Await.result(client.messages().listen(writer));
            writers.add(writer);
        }
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

    void begin() {
        writers.forEach(Writer::begin);
    }

    /** Messages that could not be stored, or were acknowledged with the id of another one. There must be none. */
    Queue<Throwable> failures() {
        return failures;
    }

    /** Ends the writing, and waits until the last message of each writer is acknowledged. */
    void end() {
        over = true;
        Eventually.until("the last messages are stored", () -> writing.get() == 0);
        assertThat(failures).isEmpty();
    }

    /** After {@link #end}: ids without a gap, the history has what was acknowledged and nothing else, and so have all who listened. */
    void assertNothingIsLost() throws Exception {
        for (Acknowledged conversation : conversations.values()) {
            conversation.assertWithoutGap();
        }
        for (Writer writer : writers) {
            writer.awaitEverything();
        }
        Map<String, Writer> readers = new HashMap<>();
        for (Writer writer : writers) {
            writer.conversations.values().forEach(conversation -> readers.putIfAbsent(conversation.name, writer));
        }
        for (Map.Entry<String, Writer> reader : readers.entrySet()) {
            reader.getValue().assertHistory(conversations.get(reader.getKey()));
        }
    }

    /** What stands for a text. */
    private static int mark(String text) {
        return text.hashCode();
    }

    /** The messages of one conversation that were acknowledged to their writers. */
    private static final class Acknowledged {
        private final String name;
        /** By id. */
        private int[] marks = new int[1024];

        private final BitSet ids = new BitSet();

        Acknowledged(String name) {
            this.name = name;
        }

        /** @return whether it is the first with this id */
        synchronized boolean add(long id, String text) {
            int index = Math.toIntExact(id);
            if (ids.get(index)) {
                return false;
            }
            ids.set(index);
            if (index >= marks.length) {
                marks = Arrays.copyOf(marks, 2 * index);
            }
            marks[index] = mark(text);
            return true;
        }

        synchronized int size() {
            return ids.cardinality();
        }

        synchronized void assertWithoutGap() {
            assertThat(ids.nextSetBit(0)).as("first id of " + name).isEqualTo(1);
            assertThat(ids.nextClearBit(1))
                    .as("first id that is missing in " + name)
                    .isEqualTo(size() + 1);
        }

        synchronized int checksum() {
            int sum = 0;
            for (int id = 1; id <= size(); id++) {
                sum = 31 * sum + marks[id];
            }
            return sum;
        }

        synchronized void assertIs(Message message) {
            assertThat(mark(message.text()))
                    .as("what was acknowledged as %d of %s, and is stored as '%s'", message.id(), name, message.text())
                    .isEqualTo(marks[Math.toIntExact(message.id())]);
        }
    }

    /** What one client has heard of one conversation. */
    private static final class Heard {
        private volatile long last;
        private volatile int checksum;

        /** @return whether it is the next one; only the client's own thread asks */
        boolean add(Message message) {
            checksum = 31 * checksum + mark(message.text());
            long before = last;
            last = message.id();
            return last == before + 1;
        }
    }

    /** A user with one client. */
    private final class Writer implements MessageListener {
        private final ImClient client;
        private final Map<ConversationId, Acknowledged> conversations = new ConcurrentHashMap<>();
        private final Map<ConversationId, Heard> heard = new ConcurrentHashMap<>();

        Writer(ImClient client) {
            this.client = client;
        }

        int id() {
            return client.self().id();
        }

        /** @param name the same for all who take part */
        void writesTo(ConversationId conversation, String name) {
            heard.put(conversation, new Heard());
            conversations.put(conversation, WritingCrowd.this.conversations.computeIfAbsent(name, Acknowledged::new));
        }

        void begin() {
            conversations.keySet().forEach(conversation -> {
                writing.incrementAndGet();
                write(conversation, 1);
            });
        }

        private void write(ConversationId conversation, int number) {
            String text = id() + " writes " + number;
            client.messages().sendText(conversation, text).whenComplete((id, failure) -> {
                if (failure != null) {
                    failures.add(failure);
                } else if (!conversations.get(conversation).add(id, text)) {
                    failures.add(new AssertionError(id + " is the id of '" + text + "', and of another one"));
                }
                pace.count();
                if (over || failure != null) {
                    writing.decrementAndGet();
                } else {
                    CompletableFuture.delayedExecutor(pace.nanosToNext(), TimeUnit.NANOSECONDS)
                            .execute(() -> write(conversation, number + 1));
                }
            });
        }

        @Override
        public void onMessage(Message message) {
            if (!heard.get(message.conversation()).add(message)) {
                failures.add(new AssertionError(id() + " hears out of turn " + message));
            }
        }

        void awaitEverything() {
            conversations.forEach((conversation, all) -> {
                Heard mine = heard.get(conversation);
                Eventually.until(id() + " has heard all of " + all.name, () -> mine.last >= all.size());
                assertThat(mine.last).isEqualTo(all.size());
                assertThat(mine.checksum).as(id() + " in " + all.name).isEqualTo(all.checksum());
            });
            assertThat(failures).isEmpty();
        }

        void assertHistory(Acknowledged all) throws Exception {
            ConversationId conversation = conversations.entrySet().stream()
                    .filter(entry -> entry.getValue() == all)
                    .map(Map.Entry::getKey)
                    .findAny()
                    .orElseThrow();
            assertThat(Await.result(client.messages().latestId(conversation))).isEqualTo(all.size());
            for (long from = all.size(); from > 0; ) {
                List<Message> page = Await.result(client.messages().history(conversation, from, PAGE));
                long lowest = Math.max(1, from - PAGE + 1);
                assertThat(page.stream().map(Message::id).sorted().toList())
                        .as("ids in the history of " + all.name)
                        .isEqualTo(LongStream.rangeClosed(lowest, from).boxed().toList());
                page.forEach(all::assertIs);
                from = lowest - 1;
            }
        }
    }
}
