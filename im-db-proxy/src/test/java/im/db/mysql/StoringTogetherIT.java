package im.db.mysql;

import static im.db.mysql.SampleMessages.TEXT;
import static im.db.mysql.SampleMessages.in;
import static im.db.mysql.SampleMessages.named;
import static im.db.mysql.SampleMessages.text;
import static im.db.mysql.SampleMessages.texts;
import static org.assertj.core.api.Assertions.assertThat;

import im.db.domain.Conversation;
import im.db.domain.ConversationSummary;
import im.db.domain.GroupId;
import im.db.domain.Message;
import im.db.domain.NewMessage;
import im.db.domain.Stored;
import im.db.domain.UserId;
import im.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several messages in one transaction. */
@Timeout(120)
class StoringTogetherIT {
    private static final int ALL = 1000;
    private static final int ANY_LENGTH = 4 << 20;
    private static final GroupId GROUP = new GroupId(7);

    private TestDatabase schema;
    private Database database;
    private MySqlMessages messages;
    private final FakeClock clock = new FakeClock();
    private UserId alice;
    private UserId bob;
    private UserId carol;

    /** Everybody has written to everybody before. */
    @BeforeEach
    void open() throws Exception {
        schema = TestDatabase.fresh();
        database = Database.openNow(TestSettings.of(schema));
        messages = new MySqlMessages(database, new GroupMembers(), clock);
        alice = TestUsers.add(database, clock, "alice");
        bob = TestUsers.add(database, clock, "bob");
        carol = TestUsers.add(database, clock, "carol");
        schema.execute("INSERT INTO conversation (id, members_version) VALUES (" + GROUP + ", 1)");
        schema.execute("INSERT INTO participant (user_id, conversation_id) VALUES (" + alice + ", " + GROUP + "), ("
                + bob + ", " + GROUP + ")");
        for (NewMessage first : List.of(text(alice, bob, "0"), text(bob, carol, "0"), text(carol, alice, "0"))) {
            messages.store(first);
        }
    }

    @AfterEach
    void close() {
        database.close();
        schema.close();
    }

    private long unread(UserId reader, Conversation conversation) {
        return new MySqlConversations(database)
                .unread(reader, ALL, ANY_LENGTH).stream()
                        .filter(summary -> summary.conversation().equals(conversation))
                        .mapToLong(ConversationSummary::unread)
                        .sum();
    }

    private Stored stored(long id, UserId... members) {
        return new Stored(id, clock.instant(), List.of(members));
    }

    @Test
    void countsEachConversationOnInTheOrderOfItsMessages() {
        Optional<List<Stored>> stored = messages.storeTogether(List.of(
                text(alice, bob, "1"),
                text(bob, GROUP, "1"),
                text(bob, alice, "2"),
                text(carol, bob, "1"),
                named("12345678", alice, bob, "3"),
                text(alice, GROUP, "2"),
                text(alice, bob, "4")));
        assertThat(stored)
                .contains(List.of(
                        stored(2),
                        stored(1, alice, bob),
                        stored(3),
                        stored(2),
                        stored(4),
                        stored(2, alice, bob),
                        stored(5)));
        assertThat(texts(messages, in(alice, bob))).containsExactly("4", "3", "2", "1", "0");
        assertThat(texts(messages, in(bob, carol))).containsExactly("1", "0");
        assertThat(texts(messages, in(alice, GROUP))).containsExactly("2", "1");
        assertThat(unread(bob, Conversation.between(alice, bob))).isEqualTo(4);
        assertThat(unread(alice, Conversation.between(alice, bob))).isEqualTo(1);
        assertThat(unread(alice, Conversation.of(GROUP))).isEqualTo(1);
    }

    @Test
    void keepsTheBytesThatWereSent() {
        List<NewMessage> sent = new ArrayList<>();
        Random random = new Random(1);
        for (int length : new int[] {0, 1, 1000, NewMessage.MAX_DATA}) {
            byte[] data = new byte[length];
            random.nextBytes(data);
            byte[] name = new byte[32];
            random.nextBytes(name);
            sent.add(new NewMessage(in(alice, bob), 2, data, Optional.of(name)));
        }
        assertThat(messages.storeTogether(sent)).isPresent();
        List<Message> found = messages.withIds(List.of(2L, 3L, 4L, 5L), in(bob, alice), ANY_LENGTH);
        assertThat(found)
                .extracting(Message::data)
                .containsExactlyElementsOf(sent.stream().map(NewMessage::data).toList());
        assertThat(found).extracting(Message::type).containsOnly(2);
    }

    /** With one that can be, on each side. */
    private void assertKeepsNothing(NewMessage outOfTheOrdinary) {
        List<NewMessage> several = List.of(text(carol, bob, "x"), outOfTheOrdinary, text(alice, bob, "x"));
        assertThat(messages.storeTogether(several)).isEmpty();
        assertThat(texts(messages, in(bob, carol))).containsExactly("0");
        assertThat(messages.latestId(in(bob, carol))).isEqualTo(1);
        assertThat(unread(bob, Conversation.between(alice, bob))).isEqualTo(1);
    }

    @Test
    void storesAllOrNone() throws Exception {
        messages.store(named("12345678", carol, alice, "1"));
        assertKeepsNothing(named("12345678", carol, alice, "1"));
        assertKeepsNothing(named("12345678", carol, bob, "elsewhere"));
        assertKeepsNothing(text(alice, alice, "the first of a conversation"));
        assertKeepsNothing(text(new UserId(99), alice, "from nobody"));
        assertKeepsNothing(text(carol, GROUP, "no member"));
        schema.execute("UPDATE participant SET left_at = 1 WHERE conversation_id = " + GROUP + " AND user_id = " + bob);
        assertKeepsNothing(text(bob, GROUP, "no member any more"));
        assertThat(messages.storeTogether(List.of(text(alice, bob, "1"), text(carol, bob, "1"))))
                .contains(List.of(stored(2), stored(2)));
    }

    @Test
    void takesNoMoreThanAnyDatabaseDoes() {
        NewMessage long1 = new NewMessage(in(alice, bob), TEXT, new byte[NewMessage.MAX_DATA], Optional.empty());
        assertThat(messages.storeTogether(Collections.nCopies(16, long1))).isPresent();
        assertThat(messages.storeTogether(Collections.nCopies(17, long1))).isEmpty();
    }

    @Test
    void givesUpWhenOthersHoldOneOfTheConversations() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        CompletableFuture<Void> holder = CompletableFuture.runAsync(() -> database.inTransaction(handle -> {
            handle.execute(
                    "UPDATE conversation SET updated = 1 WHERE id = ?",
                    Conversation.between(alice, bob).key());
            held.countDown();
            return await(letGo);
        }));
        held.await();
        assertThat(messages.storeTogether(List.of(text(carol, bob, "1"), text(alice, bob, "1"))))
                .isEmpty();
        // Others are not held up by that.
        assertThat(messages.storeTogether(List.of(text(carol, bob, "1"), text(carol, alice, "1"))))
                .contains(List.of(stored(2), stored(2)));
        letGo.countDown();
        holder.get();
    }

    private static Void await(CountDownLatch latch) {
        try {
            latch.await();
            return null;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Else it would lock the rows of others, and wait for them. */
    @Test
    void readsNoRowsButThoseOfItsConversations() throws Exception {
        String users = LongStream.rangeClosed(100, 600).mapToObj(Long::toString).collect(Collectors.joining("),("));
        schema.execute("INSERT INTO conversation (id) VALUES (" + users + ")");
        schema.execute("INSERT INTO participant (user_id, conversation_id) SELECT id, " + GROUP
                + " FROM conversation WHERE id BETWEEN 100 AND 600");
        schema.execute("INSERT INTO participant (user_id, conversation_id) SELECT " + alice
                + ", id FROM conversation WHERE id BETWEEN 100 AND 600");
        try (Database one = Database.openNow(TestSettings.withOneConnection(schema))) {
            MySqlMessages storing = new MySqlMessages(one, new GroupMembers(), clock);
            List<NewMessage> several = List.of(
                    text(alice, bob, "1"), text(bob, carol, "1"), text(alice, carol, "1"), text(alice, bob, "2"));
            long own = -rowsRead(one) + rowsRead(one);
            long before = rowsRead(one);
            assertThat(storing.storeTogether(several)).isPresent();
            assertThat(rowsRead(one) - before - own).isLessThan(40);
        }
    }

    private static long rowsRead(Database database) {
        return database.with(
                handle -> handle
                        .createQuery("SHOW SESSION STATUS LIKE 'Handler\\_read%'")
                        .map((row, context) -> row.getLong("Value"))
                        .stream()
                        .mapToLong(Long::longValue)
                        .sum());
    }

    /** As several db-proxies do, when one has taken over from another. */
    @Test
    void idsHaveNoGapsAndNoRepeatsWhenManyStoreTogether() throws Exception {
        int threads = 6;
        int rounds = 30;
        List<List<Stored>> all = Collections.synchronizedList(new ArrayList<>());
        CyclicBarrier start = new CyclicBarrier(threads);
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            CompletableFuture<Void> done = new CompletableFuture<>();
            running.add(done);
            new Thread(() -> {
                        try {
                            start.await();
                            for (int round = 0; round < rounds; round++) {
                                all.add(storeAnyhow(thread, round));
                            }
                            done.complete(null);
                        } catch (Exception | AssertionError e) {
                            done.completeExceptionally(e);
                        }
                    })
                    .start();
        }
        for (CompletableFuture<Void> one : running) {
            one.get();
        }
        assertThat(all.stream().map(stored -> stored.get(0).id()).sorted().toList())
                .isEqualTo(
                        LongStream.rangeClosed(2, threads * rounds + 1).boxed().toList());
        assertThat(all.stream()
                        .flatMap(stored -> stored.subList(1, 3).stream())
                        .map(Stored::id)
                        .sorted()
                        .toList())
                .isEqualTo(LongStream.rangeClosed(2, 2 * threads * rounds + 1)
                        .boxed()
                        .toList());
        assertThat(messages.latestId(in(bob, carol))).isEqualTo(2L * threads * rounds + 1);
    }

    /** One message of alice and bob, two of bob and carol; by themselves where they cannot be stored together. */
    private List<Stored> storeAnyhow(int thread, int round) throws Exception {
        String text = thread + "/" + round;
        List<NewMessage> several = thread % 2 == 0
                ? List.of(text(alice, bob, text), text(bob, carol, text), text(bob, carol, text))
                : List.of(text(bob, alice, text), text(carol, bob, text), text(bob, carol, text));
        Optional<List<Stored>> together = messages.storeTogether(several);
        if (together.isPresent()) {
            return together.get();
        }
        List<Stored> stored = new ArrayList<>();
        for (NewMessage message : several) {
            stored.add(messages.store(message));
        }
        return stored;
    }
}
