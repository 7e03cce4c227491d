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
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Messages in the table {@code message}. Storing one locks the row of its conversation, then that of the sender as a participant,
 * and counts both up; so the messages of a conversation are stored one after the other.
 */
public final class MySqlMessages implements Messages {
    /** Reads along the primary key of messages; the participant is found once. */
    private static final String SELECT = "SELECT m.msg_id, m.from_id, m.type, m.created, m.data FROM participant p"
            + " JOIN message m ON m.conversation_id = p.conversation_id"
            + " WHERE p.user_id = :reader AND p.conversation_id = :conversation AND p.left_at IS NULL";

    private final Database database;
    private final GroupMembers members;
    private final Clock clock;

    /** @param clock tells when a message was stored */
    public MySqlMessages(Database database, GroupMembers members, Clock clock) {
        this.database = database;
        this.members = members;
        this.clock = clock;
    }

    @Override
    public Stored store(NewMessage message) throws Refused {
        try {
            return database.inTransaction(handle -> insert(handle, message));
        } catch (StorageFailure e) {
            if (message.name().isEmpty() || !DuplicateKey.causes(e)) {
                throw e;
            }
            return storedBefore(message);
        }
    }

    private Stored insert(Handle handle, NewMessage message) throws Refused {
        long now = clock.instant().getEpochSecond();
        if (!countUp(handle, message, now)) {
            begin(handle, message);
            countUp(handle, message, now);
        }
        Counted counted = handle.createQuery("SELECT last_msg_id, members_version FROM conversation WHERE id = :id")
                .bind("id", message.conversation().key())
                .map((row, context) -> new Counted(row.getLong("last_msg_id"), row.getLong("members_version")))
                .one();
        handle.createUpdate("INSERT INTO message (conversation_id, msg_id, from_id, type, created, client_msg_id, data)"
                        + " VALUES (:conversation, :id, :from, :type, :now, :name, :data)")
                .bind("conversation", message.conversation().key())
                .bind("id", counted.lastId())
                .bind("from", message.from().value())
                .bind("type", message.type())
                .bind("now", now)
                .bind("name", message.name().orElse(null))
                .bind("data", message.data())
                .execute();
        return new Stored(
                counted.lastId(),
                Instant.ofEpochSecond(now),
                members.of(handle, message.conversation(), counted.membersVersion()));
    }

    private record Counted(long lastId, long membersVersion) {}

    /** @return false when the sender takes no part in such a conversation */
    private static boolean countUp(Handle handle, NewMessage message, long now) {
        return handle.createUpdate("UPDATE conversation c STRAIGHT_JOIN participant p ON p.conversation_id = c.id"
                                + " SET c.last_msg_id = c.last_msg_id + 1, c.updated = :now,"
                                + " p.own_since_read = p.own_since_read + 1"
                                + " WHERE c.id = :conversation AND p.user_id = :from AND p.left_at IS NULL")
                        .bind("now", now)
                        .bind("conversation", message.conversation().key())
                        .bind("from", message.from().value())
                        .execute()
                > 0;
    }

    /** The first message of two users makes their conversation; groups have one from the start. */
    private static void begin(Handle handle, NewMessage message) throws Refused {
        Conversation conversation = message.conversation();
        if (conversation.isOfGroup()) {
            throw new Refused("user " + message.from() + " is no member of group " + conversation.group());
        }
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
    public List<Message> downFrom(long id, Participant reader, int limit) {
        return database.with(
                handle -> handle.createQuery(SELECT + " AND m.msg_id <= :id ORDER BY m.msg_id DESC LIMIT :limit")
                        .bind("reader", reader.user().value())
                        .bind("conversation", reader.conversation().key())
                        .bind("id", id)
                        .bind("limit", limit)
                        .map((row, context) -> message(row))
                        .list());
    }

    @Override
    public List<Message> withIds(Collection<Long> ids, Participant reader) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return database.with(handle -> handle.createQuery(SELECT + " AND m.msg_id IN (<ids>) ORDER BY m.msg_id")
                .bindList("ids", List.copyOf(ids))
                .bind("reader", reader.user().value())
                .bind("conversation", reader.conversation().key())
                .map((row, context) -> message(row))
                .list());
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
