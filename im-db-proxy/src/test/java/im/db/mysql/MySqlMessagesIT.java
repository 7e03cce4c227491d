package im.db.mysql;

import static im.db.mysql.SampleMessages.GROUP_TEXT;
import static im.db.mysql.SampleMessages.TEXT;
import static im.db.mysql.SampleMessages.bytes;
import static im.db.mysql.SampleMessages.in;
import static im.db.mysql.SampleMessages.named;
import static im.db.mysql.SampleMessages.text;
import static im.db.mysql.SampleMessages.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.db.domain.Conversation;
import im.db.domain.GroupId;
import im.db.domain.Message;
import im.db.domain.NewMessage;
import im.db.domain.Participant;
import im.db.domain.Refused;
import im.db.domain.Stored;
import im.db.domain.UserId;
import im.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MySqlMessagesIT {
    private static final int ALL = 100;
    private static final int ANY_LENGTH = 1 << 20;
    private static final long LAST = 0xffff_ffffL;
    private static final GroupId GROUP = new GroupId(4_294_967_295L);

    private TestDatabase schema;
    private Database database;
    private MySqlMessages messages;
    private final FakeClock clock = new FakeClock();
    private UserId alice;
    private UserId bob;
    private UserId carol;

    @BeforeEach
    void open() {
        schema = TestDatabase.fresh();
        database = Database.openNow(TestSettings.of(schema));
        messages = new MySqlMessages(database, new GroupMembers(), clock);
        alice = TestUsers.add(database, clock, "alice");
        bob = TestUsers.add(database, clock, "bob");
        carol = TestUsers.add(database, clock, "carol");
    }

    @AfterEach
    void close() {
        database.close();
        schema.close();
    }

    private void makeGroup(UserId... members) throws Exception {
        schema.execute("INSERT INTO conversation (id, members_version) VALUES (" + GROUP + ", 1)");
        for (UserId member : members) {
            schema.execute("INSERT INTO participant (user_id, conversation_id) VALUES (" + member + ", " + GROUP + ")");
        }
    }

    @Test
    void countsTheMessagesOfAConversationFromOneWhoeverSendsThem() throws Refused {
        assertThat(messages.store(text(alice, bob, "a"))).isEqualTo(new Stored(1, clock.instant(), List.of()));
        clock.advance(Duration.ofSeconds(1));
        assertThat(messages.store(text(bob, alice, "b"))).isEqualTo(new Stored(2, clock.instant(), List.of()));
        assertThat(messages.store(text(alice, carol, "c")).id()).isEqualTo(1);
        assertThat(texts(messages, in(alice, bob))).containsExactly("b", "a");
        assertThat(texts(messages, in(bob, alice))).containsExactly("b", "a");
        assertThat(texts(messages, in(carol, alice))).containsExactly("c");
    }

    @Test
    void returnsTheBytesThatWereSent() throws Refused {
        byte[] longest = new byte[NewMessage.MAX_DATA];
        new Random(1).nextBytes(longest);
        messages.store(new NewMessage(in(alice, bob), 2, longest, Optional.empty()));
        messages.store(new NewMessage(in(alice, bob), TEXT, new byte[0], Optional.empty()));
        List<Message> found = messages.downFrom(LAST, in(bob, alice), ALL, ANY_LENGTH);
        assertThat(found.get(0).data()).isEmpty();
        Message first = found.get(1);
        assertThat(first.data()).isEqualTo(longest);
        assertThat(first.from()).isEqualTo(alice);
        assertThat(first.type()).isEqualTo(2);
        assertThat(first.created()).isEqualTo(clock.instant());
    }

    @Test
    void aUserMayWriteToHimself() throws Refused {
        assertThat(messages.store(text(alice, alice, "note")).id()).isEqualTo(1);
        assertThat(texts(messages, in(alice, alice))).containsExactly("note");
    }

    @Test
    void idsAboveTwoBillionAreAnyOthers() throws Exception {
        schema.execute("INSERT INTO users (id, name, password_hash, nick_name, created, updated) VALUES"
                + " (4294967294, 'x', '', '', 1, 1), (4294967295, 'y', '', '', 1, 1)");
        UserId x = new UserId(4_294_967_294L);
        UserId y = new UserId(4_294_967_295L);
        messages.store(text(x, y, "from x"));
        messages.store(text(y, x, "from y"));
        messages.store(text(y, alice, "to alice"));
        assertThat(texts(messages, in(x, y))).containsExactly("from y", "from x");
        assertThat(texts(messages, in(alice, y))).containsExactly("to alice");
    }

    @Test
    void refusesWhoDoesNotExistAndKeepsNothingOfIt() throws Exception {
        UserId nobody = new UserId(99);
        assertThatThrownBy(() -> messages.store(text(alice, nobody, "x"))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> messages.store(text(nobody, alice, "x"))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> messages.store(text(nobody, nobody, "x"))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> messages.store(text(alice, GROUP, "x"))).isInstanceOf(Refused.class);
        assertThat(count("conversation")).isZero();
        assertThat(count("participant")).isZero();
    }

    private int count(String table) {
        return database.with(handle -> handle.createQuery("SELECT COUNT(*) FROM " + table)
                .mapTo(int.class)
                .one());
    }

    @Test
    void aMessageToAGroupIsOneRowAndNamesItsMembers() throws Exception {
        makeGroup(alice, bob);
        assertThat(messages.store(text(alice, GROUP, "a")).members()).containsExactly(alice, bob);
        assertThatThrownBy(() -> messages.store(text(carol, GROUP, "x")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("no member");
        assertThat(messages.store(text(bob, GROUP, "b")).id()).isEqualTo(2);
        assertThat(count("message")).isEqualTo(2);
        assertThat(texts(messages, in(bob, GROUP))).containsExactly("b", "a");
        assertThat(texts(messages, in(carol, GROUP))).isEmpty();
    }

    @Test
    void noticesThatAnotherHasChangedTheMembers() throws Exception {
        makeGroup(alice, bob);
        messages.store(text(alice, GROUP, "a"));
        schema.execute("INSERT INTO participant (user_id, conversation_id) VALUES (" + carol + ", " + GROUP + ")");
        schema.execute("UPDATE participant SET left_at = 1 WHERE user_id = " + bob);
        schema.execute("UPDATE conversation SET members_version = 2 WHERE id = " + GROUP);
        assertThat(messages.store(text(alice, GROUP, "b")).members()).containsExactly(alice, carol);
        assertThatThrownBy(() -> messages.store(text(bob, GROUP, "x"))).isInstanceOf(Refused.class);
        assertThat(texts(messages, in(bob, GROUP))).isEmpty();
    }

    @Test
    void aMessageThatIsSentAgainHasTheIdItGotFirst() throws Refused {
        Stored first = messages.store(named("12345678", alice, bob, "a"));
        messages.store(text(bob, alice, "b"));
        clock.advance(Duration.ofHours(1));
        assertThat(messages.store(named("12345678", alice, bob, "a"))).isEqualTo(first);
        // A name is its sender's own.
        assertThat(messages.store(named("12345678", bob, alice, "c")).id()).isEqualTo(3);
        assertThat(texts(messages, in(alice, bob))).containsExactly("c", "b", "a");
    }

    @Test
    void refusesANameThatWasGivenToAMessageElsewhere() throws Refused {
        messages.store(named("12345678", alice, bob, "a"));
        assertThatThrownBy(() -> messages.store(named("12345678", alice, carol, "a")))
                .isInstanceOf(Refused.class);
        assertThat(texts(messages, in(alice, carol))).isEmpty();
    }

    @Test
    void aRepetitionToAGroupNamesItsMembersToo() throws Exception {
        makeGroup(alice, bob);
        NewMessage message = new NewMessage(in(alice, GROUP), GROUP_TEXT, bytes("a"), Optional.of(bytes("12345678")));
        Stored first = messages.store(message);
        assertThat(messages.store(message)).isEqualTo(first);
        assertThat(first.members()).containsExactly(alice, bob);
    }

    @Test
    void findsPagesAndSingleMessages() throws Refused {
        for (int i = 1; i <= 7; i++) {
            messages.store(text(alice, bob, "m" + i));
        }
        Participant reader = in(bob, alice);
        assertThat(messages.downFrom(5, reader, 2, ANY_LENGTH))
                .extracting(Message::id)
                .containsExactly(5L, 4L);
        assertThat(messages.downFrom(2, reader, 5, ANY_LENGTH))
                .extracting(Message::id)
                .containsExactly(2L, 1L);
        assertThat(messages.downFrom(LAST, reader, 0, ANY_LENGTH)).isEmpty();
        assertThat(messages.withIds(List.of(6L, 99L, 2L), reader, ANY_LENGTH))
                .extracting(Message::id)
                .containsExactly(2L, 6L);
        assertThat(messages.withIds(List.of(), reader, ANY_LENGTH)).isEmpty();
        assertThat(messages.downFrom(LAST, reader, ALL, 5))
                .extracting(Message::id)
                .containsExactly(7L, 6L);
        assertThat(messages.withIds(List.of(1L, 2L, 3L), reader, 4))
                .extracting(Message::id)
                .containsExactly(1L, 2L);
        assertThat(messages.latestId(reader)).isEqualTo(7);
        assertThat(messages.latestId(in(bob, carol))).isZero();
    }

    @Test
    void whoTakesNoPartFindsNothing() throws Refused {
        messages.store(text(alice, bob, "secret"));
        Participant stranger = new Participant(carol, Conversation.between(alice, bob));
        assertThat(messages.downFrom(LAST, stranger, ALL, ANY_LENGTH)).isEmpty();
        assertThat(messages.withIds(List.of(1L), stranger, ANY_LENGTH)).isEmpty();
        assertThat(messages.latestId(stranger)).isZero();
        assertThatThrownBy(() -> messages.store(new NewMessage(stranger, TEXT, bytes("x"), Optional.empty())))
                .isInstanceOf(Refused.class);
    }

    /** Runs on as many threads, which begin together; half of them on a second pool, as another db-proxy would. */
    private void concurrently(int threads, Work work) throws Exception {
        try (Database other = Database.openNow(TestSettings.of(schema))) {
            MySqlMessages elsewhere = new MySqlMessages(other, new GroupMembers(), clock);
            CyclicBarrier start = new CyclicBarrier(threads);
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                CompletableFuture<Void> done = new CompletableFuture<>();
                running.add(done);
                new Thread(() -> {
                            try {
                                start.await();
                                work.run(thread, thread % 2 == 0 ? messages : elsewhere);
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
        }
    }

    private interface Work {
        void run(int thread, MySqlMessages messages) throws Exception;
    }

    @Test
    void idsHaveNoGapsAndNoRepeatsUnderConcurrency() throws Exception {
        List<Long> ids = Collections.synchronizedList(new ArrayList<>());
        concurrently(8, (thread, storing) -> {
            for (int i = 0; i < 40; i++) {
                UserId from = thread % 4 < 2 ? alice : bob;
                // Every fourth fails after it has counted: nothing of it may be left.
                if (i % 4 == 3) {
                    NewMessage taken = named("taken-by-" + thread, from, carol, "x");
                    storing.store(taken);
                    NewMessage refused = named("taken-by-" + thread, from, from.equals(alice) ? bob : alice, "x");
                    assertThatThrownBy(() -> storing.store(refused)).isInstanceOf(Refused.class);
                } else {
                    ids.add(storing.store(text(from, from.equals(alice) ? bob : alice, thread + "/" + i))
                            .id());
                }
            }
        });
        assertThat(ids).hasSize(8 * 30);
        assertThat(ids.stream().sorted().toList())
                .isEqualTo(LongStream.rangeClosed(1, 8 * 30).boxed().toList());
        assertThat(messages.latestId(in(alice, bob))).isEqualTo(8 * 30);
    }

    @Test
    void oneMessageThatIsStoredByManyAtOnceIsStoredOnce() throws Exception {
        for (int round = 0; round < 20; round++) {
            List<Stored> outcomes = Collections.synchronizedList(new ArrayList<>());
            String name = "name-of-" + round;
            concurrently(4, (thread, storing) -> outcomes.add(storing.store(named(name, alice, bob, "same"))));
            assertThat(outcomes).hasSize(4).containsOnly(new Stored(round + 1, clock.instant(), List.of()));
        }
        assertThat(texts(messages, in(alice, bob))).hasSize(20);
    }

    @Test
    void theFirstMessagesOfManyConversationsMayComeAtOnce() throws Exception {
        List<UserId> users = IntStream.range(0, 10)
                .mapToObj(i -> TestUsers.add(database, clock, "user" + i))
                .toList();
        concurrently(6, (thread, storing) -> {
            for (UserId user : users) {
                for (UserId other : users) {
                    storing.store(text(user, other, "hello"));
                }
            }
        });
        for (UserId user : users) {
            assertThat(messages.latestId(in(user, users.get(0)))).isEqualTo(user.equals(users.get(0)) ? 6 : 12);
        }
    }
}
