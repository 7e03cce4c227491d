package im.db.mysql;

import im.db.domain.Conversation;
import im.db.domain.Message;
import im.db.domain.Messages;
import im.db.domain.NewMessage;
import im.db.domain.Participant;
import im.db.domain.Refused;
import im.db.domain.StorageFailure;
import im.db.domain.Stored;
import im.db.domain.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.statement.Query;

/**
 * Messages in the table {@code message}. Storing one locks the row of its conversation, then that of the sender as a participant,
 * and counts both up; so the messages of a conversation are stored one after the other.
 */
public final class MySqlMessages implements Messages {
    /** Reads along the primary key of messages; the participant is found once. */
    private static final String SELECT = "SELECT m.msg_id, m.from_id, m.type, m.created, m.data FROM participant p"
            + " JOIN message m ON m.conversation_id = p.conversation_id"
            + " WHERE p.user_id = :reader AND p.conversation_id = :conversation AND p.left_at IS NULL";

    /**
     * These are sent together, because going to and fro for each would cost more than all of them. The id is that of the row that
     * was counted up, with the version of the members in its upper half, so that nothing has to be read. ROW_COUNT() is of the
     * statement before: when there is no such conversation, or the sender takes no part in it, the id is NULL, which is refused, and
     * then nothing of it counts. Each has to look, because the other row may come to be in between.
     */
    private static final String STORE = "START TRANSACTION;"
            + " UPDATE conversation SET last_msg_id ="
            + " LAST_INSERT_ID(members_version << 32 | (last_msg_id + 1)) & 4294967295, updated = ? WHERE id = ?;"
            + " UPDATE participant SET own_since_read = own_since_read + 1"
            + " WHERE user_id = ? AND conversation_id = ? AND left_at IS NULL AND ROW_COUNT() > 0;"
            + " INSERT INTO message (conversation_id, msg_id, from_id, type, created, client_msg_id, data)"
            + " VALUES (?, IF(ROW_COUNT() > 0, LAST_INSERT_ID() & 4294967295, NULL), ?, ?, ?, ?, ?);"
            + " COMMIT";

    private static final long LOWER_HALF = 0xffff_ffffL;

    private final Database database;
    private final GroupMembers members;
    private final Clock clock;
    private final StoringTogether together;

    /** @param clock tells when a message was stored */
    public MySqlMessages(Database database, GroupMembers members, Clock clock) {
        this.database = database;
        this.members = members;
        this.clock = clock;
        this.together = new StoringTogether(database, members);
    }

    @Override
    public Stored store(NewMessage message) throws Refused {
        try {
            Optional<Stored> stored = insert(message);
            if (stored.isEmpty()) {
                begin(message);
                stored = insert(message);
            }
            return stored.orElseThrow(
                    () -> new Refused("user " + message.from() + " takes no part in " + message.conversation()));
        } catch (StorageFailure e) {
            if (message.name().isEmpty() || !Refusal.DUPLICATE_KEY.causes(e)) {
                throw e;
            }
            return storedBefore(message);
        }
    }

    @Override
    public Optional<List<Stored>> storeTogether(List<NewMessage> several) {
        return together.store(several, clock.instant().getEpochSecond());
    }

    /** Nothing when the sender takes no part in such a conversation. */
    private Optional<Stored> insert(NewMessage message) {
        long now = clock.instant().getEpochSecond();
        try {
            long counted = database.atOnce(STORE, statement -> {
                statement.setLong(1, now);
                statement.setLong(2, message.conversation().key());
                statement.setLong(3, message.from().value());
                statement.setLong(4, message.conversation().key());
                statement.setLong(5, message.conversation().key());
                statement.setLong(6, message.from().value());
                statement.setInt(7, message.type());
                statement.setLong(8, now);
                statement.setBytes(9, message.name().orElse(null));
                statement.setBytes(10, message.data());
            });
            List<UserId> inIt = members(message.conversation(), counted >>> Integer.SIZE);
            return Optional.of(new Stored(counted & LOWER_HALF, Instant.ofEpochSecond(now), inIt));
        } catch (StorageFailure e) {
            if (Refusal.NULL.causes(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private List<UserId> members(Conversation conversation, long version) {
        return conversation.isOfGroup()
                ? members.remembered(conversation, version)
                        .orElseGet(() -> database.with(handle -> members.of(handle, conversation, version)))
                : List.of();
    }

    /** The first message of two users makes their conversation; groups have one from the start. */
    private void begin(NewMessage message) throws Refused {
        if (message.conversation().isOfGroup()) {
            throw new Refused("user " + message.from() + " is no member of " + message.conversation());
        }
        database.inTransaction(handle -> {
            begin(handle, message);
            return null;
        });
    }

    private static void begin(Handle handle, NewMessage message) throws Refused {
        Conversation conversation = message.conversation();
        Set<UserId> users = conversation.users();
        List<Long> ids = users.stream().map(UserId::value).toList();
        int known = handle.createQuery("SELECT COUNT(*) FROM users WHERE id IN (<ids>)")
                .bindList("ids", ids)
                .mapTo(int.class)
                .one();
        if (known < ids.size() || !users.contains(message.from())) {
            throw new Refused("not all of the users " + ids + " exist");
        }
        // Takes the lock for writing even if another has made it in between: with one for reading both would wait for
        // ever.
        handle.createUpdate("INSERT INTO conversation (id) VALUES (:id) ON DUPLICATE KEY UPDATE id = id")
                .bind("id", conversation.key())
                .execute();
        for (long id : ids) {
            handle.createUpdate("INSERT INTO participant (user_id, conversation_id) VALUES (:user, :conversation)"
                            + " ON DUPLICATE KEY UPDATE user_id = user_id")
                    .bind("user", id)
                    .bind("conversation", conversation.key())
                    .execute();
        }
    }

    private Stored storedBefore(NewMessage message) throws Refused {
        Optional<Stored> before = database.inTransaction(handle -> handle.createQuery(
                        "SELECT m.msg_id, m.created, c.members_version FROM message m JOIN conversation c"
                                + " ON c.id = m.conversation_id WHERE m.from_id = :from AND m.client_msg_id = :name"
                                + " AND m.conversation_id = :conversation FOR UPDATE")
                .bind("from", message.from().value())
                .bind("name", message.name().orElseThrow())
                .bind("conversation", message.conversation().key())
                .map((row, context) -> new Stored(
                        row.getLong("msg_id"),
                        Instant.ofEpochSecond(row.getLong("created")),
                        members.of(handle, message.conversation(), row.getLong("members_version"))))
                .findOne());
        return before.orElseThrow(
                () -> new Refused("user " + message.from() + " has sent another message with this client_msg_id"));
    }

    @Override
    public List<Message> downFrom(long id, Participant reader, int limit, int maxBytes) {
        return database.with(handle -> downFrom(handle, id, reader, limit, maxBytes));
    }

    static List<Message> downFrom(Handle handle, long id, Participant reader, int limit, int maxBytes) {
        return firstThatFit(
                handle.createQuery(SELECT + " AND m.msg_id <= :id ORDER BY m.msg_id DESC LIMIT :limit")
                        .bind("reader", reader.user().value())
                        .bind("conversation", reader.conversation().key())
                        .bind("id", id)
                        .bind("limit", limit),
                maxBytes);
    }

    @Override
    public List<Message> withIds(Collection<Long> ids, Participant reader, int maxBytes) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return database.with(handle -> firstThatFit(
                handle.createQuery(SELECT + " AND m.msg_id IN (<ids>) ORDER BY m.msg_id")
                        .bindList("ids", List.copyOf(ids))
                        .bind("reader", reader.user().value())
                        .bind("conversation", reader.conversation().key()),
                maxBytes));
    }

    private static List<Message> firstThatFit(Query query, int maxBytes) {
        List<Message> first = new ArrayList<>();
        int bytes = 0;
        // Rows come one by one, and those that are not wanted never are in memory.
        try (ResultIterator<Message> rows = query.setFetchSize(Integer.MIN_VALUE)
                .map((row, context) -> message(row))
                .iterator()) {
            while (rows.hasNext()) {
                Message next = rows.next();
                bytes += next.data().length;
                if (bytes > maxBytes) {
                    break;
                }
                first.add(next);
            }
        }
        return first;
    }

    @Override
    public long latestId(Participant reader) {
        return database.with(handle -> handle.createQuery(
                        "SELECT c.last_msg_id FROM participant p JOIN conversation c ON c.id = p.conversation_id"
                                + " WHERE p.user_id = :reader AND p.conversation_id = :conversation AND p.left_at IS NULL")
                .bind("reader", reader.user().value())
                .bind("conversation", reader.conversation().key())
                .mapTo(long.class)
                .findOne()
                .orElse(0L));
    }

    static Message message(ResultSet row) throws SQLException {
        return new Message(
                row.getLong("msg_id"),
                new UserId(row.getLong("from_id")),
                row.getInt("type"),
                Instant.ofEpochSecond(row.getLong("created")),
                row.getBytes("data"));
    }
}
