package im.db.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import im.db.domain.Conversation;
import im.db.domain.Message;
import im.db.domain.NewMessage;
import im.db.domain.Participant;
import im.db.domain.UserId;
import im.testkit.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked of a conversation costs as much as there is in the answer, however long the conversation is. */
@Timeout(600)
class LongConversationIT {
    /** {@code -Dim.test.messages=1000000} for a really long one. */
    private static final int MESSAGES = Integer.getInteger("im.test.messages", 20_000);

    private static final int PAGE = 100;
    private static final int ANY_LENGTH = 1 << 20;
    private static final String DIGITS = "(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3"
            + " UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8"
            + " UNION ALL SELECT 9)";

    private final FakeClock clock = new FakeClock();
    private TestDatabase schema;
    private Database database;
    private Participant alice;

    @BeforeEach
    void fill() throws Exception {
        schema = TestDatabase.fresh();
        database = Database.openNow(TestSettings.of(schema));
        UserId one = TestUsers.add(database, clock, "alice");
        UserId other = TestUsers.add(database, clock, "bob");
        alice = new Participant(one, Conversation.between(one, other));
        new MySqlMessages(database, new GroupMembers(), clock)
                .store(new NewMessage(
                        new Participant(other, alice.conversation()), 1, new byte[] {1}, Optional.empty()));
        schema.execute("INSERT INTO message (conversation_id, msg_id, from_id, type, created, data)"
                + " SELECT " + alice.conversation().key() + ", i + 1, " + other + ", 1, 1, REPEAT('x', 100)"
                + " FROM (SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n + 100000 * f.n AS i FROM "
                + DIGITS + " a, " + DIGITS + " b, " + DIGITS + " c, " + DIGITS + " d, " + DIGITS + " e, " + DIGITS
                + " f) numbers WHERE i BETWEEN 1 AND " + (MESSAGES - 1));
        schema.execute("UPDATE conversation SET last_msg_id = " + MESSAGES);
    }

    @AfterEach
    void close() {
        database.close();
        schema.close();
    }

    /** Rows that this connection has read, one way or another. */
    private static long rowsRead(Handle handle) {
        return handle
                .createQuery("SHOW SESSION STATUS LIKE 'Handler\\_read%'")
                .map((row, context) -> row.getLong("Value"))
                .stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private interface Reading {
        void run(Handle handle);
    }

    private long rowsRead(Reading reading) {
        return database.with(handle -> {
            long own = -rowsRead(handle) + rowsRead(handle);
            long before = rowsRead(handle);
            reading.run(handle);
            return rowsRead(handle) - before - own;
        });
    }

    @Test
    void aPageReadsTheRowsThatAreOnItWhereverItIs() {
        for (long from : new long[] {0xffff_ffffL, MESSAGES / 2, PAGE}) {
            assertThat(rowsRead(handle -> {
                        List<Message> page = MySqlMessages.downFrom(handle, from, alice, PAGE, ANY_LENGTH);
                        assertThat(page).hasSize(PAGE);
                        assertThat(page.get(0).id()).isEqualTo(Math.min(from, MESSAGES));
                    }))
                    .isLessThan(PAGE + 10);
        }
    }

    @Test
    void whatIsUnreadIsNotCountedOneByOne() {
        MySqlConversations conversations = new MySqlConversations(database);
        assertThat(rowsRead(handle -> MySqlConversations.list(
                        handle, alice.user(), MySqlConversations.UNREAD, Instant.EPOCH, PAGE, ANY_LENGTH)))
                .isLessThan(20);
        assertThat(conversations.unread(alice.user(), PAGE, ANY_LENGTH).get(0).unread())
                .isEqualTo(MESSAGES);
        conversations.read(alice, 7);
        assertThat(conversations.unread(alice.user(), PAGE, ANY_LENGTH).get(0).unread())
                .isEqualTo(MESSAGES - 7L);
    }
}
