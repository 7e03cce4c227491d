package im.db.mysql;

import static im.db.mysql.SampleMessages.in;
import static im.db.mysql.SampleMessages.text;
import static org.assertj.core.api.Assertions.assertThat;

import im.db.domain.Conversation;
import im.db.domain.ConversationSummary;
import im.db.domain.Participant;
import im.db.domain.Refused;
import im.db.domain.UserId;
import im.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MySqlConversationsIT {
    private static final int ALL = 100;
    private static final int ANY_LENGTH = 1 << 20;

    private TestDatabase schema;
    private Database database;
    private MySqlMessages messages;
    private MySqlConversations conversations;
    private final FakeClock clock = new FakeClock();
    private UserId alice;
    private UserId bob;
    private UserId carol;

    @BeforeEach
    void open() {
        schema = TestDatabase.fresh();
        database = Database.openNow(TestSettings.of(schema));
        messages = new MySqlMessages(database, new GroupMembers(), clock);
        conversations = new MySqlConversations(database);
        alice = TestUsers.add(database, clock, "alice");
        bob = TestUsers.add(database, clock, "bob");
        carol = TestUsers.add(database, clock, "carol");
    }

    @AfterEach
    void close() {
        database.close();
        schema.close();
    }

    private void send(UserId from, UserId to, String... texts) throws Refused {
        for (String text : texts) {
            messages.store(text(from, to, text));
        }
    }

    private long unread(UserId user, UserId other) {
        return conversations.unread(user, ALL, ANY_LENGTH).stream()
                .filter(summary -> summary.conversation().equals(Conversation.between(user, other)))
                .mapToLong(ConversationSummary::unread)
                .sum();
    }

    private List<Conversation> recent(UserId user, Instant since) {
        return conversations.recent(user, since, ALL, ANY_LENGTH).stream()
                .map(ConversationSummary::conversation)
                .toList();
    }

    @Test
    void countsWhatOthersWrote() throws Refused {
        send(alice, bob, "1", "2");
        send(bob, alice, "3");
        assertThat(unread(bob, alice)).isEqualTo(2);
        assertThat(unread(alice, bob)).isEqualTo(1);
        assertThat(conversations.unread(carol, ALL, ANY_LENGTH)).isEmpty();
    }

    @Test
    void whatOneWritesToOneselfIsRead() throws Refused {
        send(alice, alice, "note");
        assertThat(conversations.unread(alice, ALL, ANY_LENGTH)).isEmpty();
        assertThat(recent(alice, Instant.EPOCH)).containsExactly(Conversation.between(alice, alice));
    }

    @Test
    void readingGoesForwardOnlyAndNotBeyondTheLast() throws Refused {
        send(alice, bob, "1", "2", "3", "4");
        conversations.read(in(bob, alice), 3);
        assertThat(unread(bob, alice)).isEqualTo(1);
        conversations.read(in(bob, alice), 1);
        assertThat(unread(bob, alice)).isEqualTo(1);
        conversations.read(in(bob, alice), 4_294_967_295L);
        assertThat(unread(bob, alice)).isZero();
        send(alice, bob, "5");
        assertThat(unread(bob, alice)).isEqualTo(1);
    }

    @Test
    void ownMessagesAfterWhatWasReadAreNotUnread() throws Refused {
        send(alice, bob, "1", "2");
        send(bob, alice, "3", "4");
        send(alice, bob, "5");
        send(bob, alice, "6");
        assertThat(unread(bob, alice)).isEqualTo(3);
        conversations.read(in(bob, alice), 1);
        assertThat(unread(bob, alice)).isEqualTo(2);
        conversations.read(in(bob, alice), 3);
        assertThat(unread(bob, alice)).isEqualTo(1);
        conversations.read(in(bob, alice), 5);
        assertThat(unread(bob, alice)).isZero();
        send(bob, alice, "7");
        assertThat(unread(bob, alice)).isZero();
    }

    @Test
    void readingWhatIsNotOnesOwnChangesNothing() throws Refused {
        send(alice, bob, "1");
        conversations.read(new Participant(carol, Conversation.between(alice, bob)), 1);
        conversations.read(in(carol, alice), 1);
        assertThat(unread(bob, alice)).isEqualTo(1);
        assertThat(conversations.recent(carol, Instant.EPOCH, ALL, ANY_LENGTH)).isEmpty();
    }

    @Test
    void countsRightWhileBothReadAndWrite() throws Exception {
        CompletableFuture<Void> alices = CompletableFuture.runAsync(() -> sendAndRead(alice, bob));
        sendAndRead(bob, alice);
        alices.get();
        conversations.read(in(alice, bob), 50);
        conversations.read(in(bob, alice), 50);
        assertThat(unread(alice, bob)).isEqualTo(ownAfter(bob, 50));
        assertThat(unread(bob, alice)).isEqualTo(ownAfter(alice, 50));
    }

    private void sendAndRead(UserId user, UserId other) {
        try {
            for (int i = 0; i < 50; i++) {
                send(user, other, "x");
                conversations.read(in(user, other), i);
            }
        } catch (Refused e) {
            throw new AssertionError(e);
        }
    }

    private long ownAfter(UserId user, long id) {
        return messages.downFrom(0xffff_ffffL, in(alice, bob), ALL, ANY_LENGTH).stream()
                .filter(message -> message.id() > id && message.from().equals(user))
                .count();
    }

    @Test
    void listsTheLatestFirstWithTheirLatestMessages() throws Refused {
        send(alice, bob, "1");
        clock.advance(Duration.ofSeconds(10));
        send(carol, bob, "2", "3");
        ConversationSummary first = conversations.unread(bob, ALL, ANY_LENGTH).get(0);
        assertThat(first.conversation()).isEqualTo(Conversation.between(bob, carol));
        assertThat(first.updated()).isEqualTo(clock.instant());
        assertThat(first.unread()).isEqualTo(2);
        assertThat(first.latest().id()).isEqualTo(2);
        assertThat(first.latest().from()).isEqualTo(carol);
        assertThat(first.latest().data()).asString().isEqualTo("3");
        assertThat(conversations.unread(bob, 1, ANY_LENGTH)).hasSize(1);
        assertThat(recent(bob, Instant.EPOCH))
                .containsExactly(Conversation.between(bob, carol), Conversation.between(bob, alice));
    }

    @Test
    void listsConversationsSinceASecondIncludingThatSecond() throws Refused {
        send(alice, bob, "1");
        Instant first = clock.instant();
        clock.advance(Duration.ofSeconds(10));
        send(carol, bob, "2");
        assertThat(recent(bob, first)).hasSize(2);
        assertThat(recent(bob, first.plusSeconds(1))).containsExactly(Conversation.between(bob, carol));
        assertThat(recent(bob, first.plusSeconds(11))).isEmpty();
    }

    @Test
    void leavesOutTheDataOfOlderMessagesWhenThereIsTooMuch() throws Refused {
        send(alice, bob, "1234");
        clock.advance(Duration.ofSeconds(1));
        send(carol, bob, "123456");
        assertThat(conversations.unread(bob, ALL, 10))
                .extracting(summary -> summary.latest().data().length)
                .containsExactly(6, 4);
        assertThat(conversations.unread(bob, ALL, 9))
                .extracting(summary -> summary.latest().data().length)
                .containsExactly(6, 0);
        assertThat(conversations.recent(bob, Instant.EPOCH, ALL, 5))
                .extracting(summary -> summary.latest().data().length)
                .containsExactly(0, 0);
    }

    @Test
    void whatIsHiddenComesBackWithTheNextMessage() throws Refused {
        send(alice, bob, "1");
        assertThat(conversations.hide(in(bob, alice))).isTrue();
        assertThat(conversations.hide(in(bob, alice))).isTrue();
        assertThat(recent(bob, Instant.EPOCH)).isEmpty();
        assertThat(recent(alice, Instant.EPOCH)).hasSize(1);
        send(bob, alice, "2");
        assertThat(recent(bob, Instant.EPOCH)).hasSize(1);
        assertThat(conversations.hide(in(carol, alice))).isFalse();
        assertThat(conversations.hide(new Participant(carol, Conversation.between(alice, bob))))
                .isFalse();
    }
}
