package im.db.mysql;

import im.db.domain.Conversation;
import im.db.domain.ConversationSummary;
import im.db.domain.Conversations;
import im.db.domain.Participant;
import im.db.domain.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What users have read and see, in the tables {@code participant} and {@code conversation}. */
public final class MySqlConversations implements Conversations {
    static final String UNREAD = "c.last_msg_id > p.read_id + p.own_since_read";
    private static final String NOT_HIDDEN = "c.last_msg_id > p.hidden_id";

    private final Database database;

    public MySqlConversations(Database database) {
        this.database = database;
    }

    @Override
    public void read(Participant reader, long upTo) {
        // Holding the participant's row is enough: whatever this user sends in the meantime needs it too, and what
        // others send after it was looked up how far there is to read, is unread.
        database.inTransaction(handle -> {
            Optional<Reading> before = handle.createQuery("SELECT read_id, own_since_read FROM participant"
                            + " WHERE user_id = :user AND conversation_id = :conversation FOR UPDATE")
                    .bind("user", reader.user().value())
                    .bind("conversation", reader.conversation().key())
                    .map((row, context) -> new Reading(row.getLong("read_id"), row.getLong("own_since_read")))
                    .findOne();
            long last = lastId(handle, reader.conversation());
            long to = Math.min(upTo, last);
            if (before.isPresent() && before.get().upTo() < to) {
                advance(handle, reader, before.get(), to, last);
            }
            return null;
        });
    }

    private record Reading(long upTo, long ownSince) {}

    private static void advance(Handle handle, Participant reader, Reading before, long to, long last) {
        // Most often this is the last message; if not, the shorter way is counted.
        boolean nearTheBeginning = to - before.upTo() < last - to;
        long own = nearTheBeginning
                ? before.ownSince() - countOwn(handle, reader, before.upTo(), to)
                : countOwn(handle, reader, to, last);
        handle.createUpdate("UPDATE participant SET read_id = :to, own_since_read = :own"
                        + " WHERE user_id = :user AND conversation_id = :conversation")
                .bind("to", to)
                .bind("own", own)
                .bind("user", reader.user().value())
                .bind("conversation", reader.conversation().key())
                .execute();
    }

    private static long countOwn(Handle handle, Participant user, long after, long to) {
        return after == to
                ? 0
                : handle.createQuery("SELECT COUNT(*) FROM message WHERE conversation_id = :conversation"
                                + " AND msg_id > :after AND msg_id <= :to AND from_id = :user")
                        .bind("conversation", user.conversation().key())
                        .bind("after", after)
                        .bind("to", to)
                        .bind("user", user.user().value())
                        .mapTo(long.class)
                        .one();
    }

    private static long lastId(Handle handle, Conversation conversation) {
        return handle.createQuery("SELECT last_msg_id FROM conversation WHERE id = :id")
                .bind("id", conversation.key())
                .mapTo(long.class)
                .findOne()
                .orElse(0L);
    }

    @Override
    public List<ConversationSummary> unread(UserId user, int limit, int maxBytes) {
        return database.with(handle -> list(handle, user, UNREAD, Instant.EPOCH, limit, maxBytes));
    }

    @Override
    public List<ConversationSummary> recent(UserId user, Instant since, int limit, int maxBytes) {
        return database.with(handle -> list(handle, user, NOT_HIDDEN, since, limit, maxBytes));
    }

    static List<ConversationSummary> list(
            Handle handle, UserId user, String which, Instant since, int limit, int maxBytes) {
        return handle.createQuery("SELECT c.id, c.updated, c.unread, m.msg_id, m.from_id, m.type, m.created,"
                        + " IF(c.bytes <= :maxBytes, m.data, '') AS data FROM ("
                        + "SELECT c.id, c.updated, c.last_msg_id,"
                        + " c.last_msg_id - p.read_id - p.own_since_read AS unread,"
                        + " SUM(LENGTH(m.data)) OVER (ORDER BY c.updated DESC, c.id) AS bytes"
                        + " FROM participant p JOIN conversation c ON c.id = p.conversation_id"
                        + " JOIN message m ON m.conversation_id = c.id AND m.msg_id = c.last_msg_id"
                        + " WHERE p.user_id = :user AND p.left_at IS NULL AND c.updated >= :since AND " + which
                        + " ORDER BY c.updated DESC, c.id LIMIT :limit"
                        + ") c JOIN message m ON m.conversation_id = c.id AND m.msg_id = c.last_msg_id"
                        + " ORDER BY c.updated DESC, c.id")
                .bind("user", user.value())
                .bind("since", since.getEpochSecond())
                .bind("limit", limit)
                .bind("maxBytes", maxBytes)
                .map((row, context) -> new ConversationSummary(
                        new Conversation(row.getLong("id")),
                        Instant.ofEpochSecond(row.getLong("updated")),
                        row.getLong("unread"),
                        MySqlMessages.message(row)))
                .list();
    }

    @Override
    public boolean hide(Participant user) {
        return database.inTransaction(handle -> handle.createUpdate("UPDATE participant SET hidden_id = :last"
                                + " WHERE user_id = :user AND conversation_id = :conversation AND left_at IS NULL")
                        .bind("last", lastId(handle, user.conversation()))
                        .bind("user", user.user().value())
                        .bind("conversation", user.conversation().key())
                        .execute()
                > 0);
    }
}
