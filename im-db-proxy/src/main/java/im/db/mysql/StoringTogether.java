package im.db.mysql;

import im.db.domain.Conversation;
import im.db.domain.NewMessage;
import im.db.domain.Participant;
import im.db.domain.StorageFailure;
import im.db.domain.Stored;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/**
 * Stores several messages in one transaction, with statements that are each for all of them: statements, going to and fro and the
 * commit are most of what storing a single message costs. Whatever is out of the ordinary is left to the way of single messages.
 */
final class StoringTogether {
    /** Of all messages together: not every database takes statements of any length. */
    private static final int MAX_BYTES = 1 << 20;

    private final Database database;
    private final GroupMembers members;

    StoringTogether(Database database, GroupMembers members) {
        this.database = database;
        this.members = members;
    }

    /** @param now in seconds; else as {@link im.db.domain.Messages#storeTogether} */
    Optional<List<Stored>> store(List<NewMessage> messages, long now) {
        if (messages.stream().mapToInt(message -> message.data().length).sum() > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            return database.withOwnTransaction(handle -> {
                Map<Long, Counted> counted = count(handle.getConnection(), messages, now);
                if (counted.isEmpty()) {
                    handle.execute("ROLLBACK");
                    return Optional.empty();
                }
                List<Stored> stored = stored(handle, messages, counted, now);
                insert(handle.getConnection(), messages, stored);
                return Optional.of(stored);
            });
        } catch (StorageFailure e) {
            if (Refusal.isCauseOf(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A conversation of which the row is locked. */
    private record Counted(long lastId, long membersVersion) {}

    /** By the key of the conversation; nothing when there is none yet, or a sender takes no part in it. */
    private static Map<Long, Counted> count(Connection connection, List<NewMessage> messages, long now)
            throws SQLException {
        Map<Long, List<Conversation>> conversations = byFrequency(messages, NewMessage::conversation);
        Map<Long, List<Participant>> senders = byFrequency(messages, NewMessage::sender);
        Set<Conversation> all = messages.stream().map(NewMessage::conversation).collect(Collectors.toSet());
        // The optimizer may find that reading the whole of a small table is the shortest way, which would lock the rows
        // of others.
        Sql sql = new Sql().add("START TRANSACTION;");
        conversations.forEach((times, those) -> sql.add(
                        " UPDATE conversation FORCE INDEX (PRIMARY) SET last_msg_id = last_msg_id + ?, updated = ?"
                                + " WHERE id IN (",
                        times,
                        now)
                .addEach(those, ",", "?", conversation -> new Object[] {conversation.key()})
                .add(");"));
        senders.forEach((times, those) -> sql.add(
                        " UPDATE participant FORCE INDEX (PRIMARY) SET own_since_read = own_since_read + ?"
                                + " WHERE left_at IS NULL AND (",
                        times)
                .addEach(those, " OR ", "user_id = ? AND conversation_id = ?", sender -> new Object[] {
                    sender.user().value(), sender.conversation().key()
                })
                .add(");"));
        sql.add(" SELECT id, last_msg_id, members_version FROM conversation FORCE INDEX (PRIMARY) WHERE id IN (")
                .addEach(all, ",", "?", conversation -> new Object[] {conversation.key()})
                .add(")");
        try (PreparedStatement statement = sql.prepare(connection)) {
            statement.execute();
            long found = 0;
            while (!statement.getMoreResults()) {
                found += statement.getUpdateCount();
            }
            long wanted =
                    all.size() + senders.values().stream().mapToLong(List::size).sum();
            return found == wanted ? counted(statement.getResultSet()) : Map.of();
        }
    }

    /** What is there how many times. Most often everything is there once. */
    private static <T> Map<Long, List<T>> byFrequency(List<NewMessage> messages, Function<NewMessage, T> part) {
        Map<T, Long> times = messages.stream().collect(Collectors.groupingBy(part, Collectors.counting()));
        return times.keySet().stream().collect(Collectors.groupingBy(times::get, TreeMap::new, Collectors.toList()));
    }

    private static Map<Long, Counted> counted(ResultSet rows) throws SQLException {
        Map<Long, Counted> counted = new HashMap<>();
        while (rows.next()) {
            counted.put(rows.getLong("id"), new Counted(rows.getLong("last_msg_id"), rows.getLong("members_version")));
        }
        return counted;
    }

    /** What will have become of each. */
    private List<Stored> stored(Handle handle, List<NewMessage> messages, Map<Long, Counted> counted, long now) {
        Instant created = Instant.ofEpochSecond(now);
        Map<Long, Long> ids = new HashMap<>();
        messages.forEach(message -> ids.merge(message.conversation().key(), -1L, Long::sum));
        ids.replaceAll((key, minus) -> counted.get(key).lastId() + minus);
        return messages.stream()
                .map(message -> {
                    Conversation conversation = message.conversation();
                    long id = ids.merge(conversation.key(), 1L, Long::sum);
                    long version = counted.get(conversation.key()).membersVersion();
                    return new Stored(id, created, members.of(handle, conversation, version));
                })
                .toList();
    }

    private static void insert(Connection connection, List<NewMessage> messages, List<Stored> stored)
            throws SQLException {
        Sql sql = new Sql()
                .add(
                        "INSERT INTO message (conversation_id, msg_id, from_id, type, created, client_msg_id, data) VALUES ")
                .addEach(
                        IntStream.range(0, messages.size()).boxed().toList(),
                        ",",
                        "(?,?,?,?,?,?,?)",
                        i -> row(messages.get(i), stored.get(i)))
                .add("; COMMIT");
        try (PreparedStatement statement = sql.prepare(connection)) {
            statement.execute();
            statement.getMoreResults();
        }
    }

    private static Object[] row(NewMessage message, Stored stored) {
        return new Object[] {
            message.conversation().key(),
            stored.id(),
            message.from().value(),
            message.type(),
            stored.created().getEpochSecond(),
            message.name().orElse(null),
            message.data()
        };
    }
}
