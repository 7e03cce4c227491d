package im.db.mysql;

import com.google.common.hash.HashCode;
import im.db.domain.Conversation;
import im.db.domain.GroupId;
import im.db.domain.OfflineFile;
import im.db.domain.OfflineFiles;
import im.db.domain.StorageFailure;
import im.db.domain.TaskId;
import im.db.domain.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Offline files in the table {@code offline_file}, where those that wait no longer leave tombstones. Those for groups are there once, for
 * nobody, and who is done with them is in {@code offline_file_done}.
 */
public final class MySqlOfflineFiles implements OfflineFiles {
    private static final String SELECT =
            "SELECT f.id, f.task_id, f.from_id, f.to_id, f.file_name, f.file_size, f.file_server_id, f.expires, f.sha256,"
                    + " f.deleted, f.conversation_id FROM offline_file f ";

    private static final String UNEXPIRED = " AND f.deleted IS NULL AND (f.expires IS NULL OR f.expires > :now)";

    private static final String WAITING_FOR_USER = SELECT + "WHERE f.to_id = :to" + UNEXPIRED;

    private static final String WAITING_FOR_MEMBER =
            SELECT + "JOIN participant p ON p.conversation_id = f.conversation_id WHERE p.user_id = :to" + UNEXPIRED
                    + " AND " + stillWaits("f.from_id", "f.id");

    /** For nobody: those for groups. */
    private static final long NOBODY = 0;

    private final Database database;
    private final Clock clock;

    /** @param clock tells when a file was recorded or deleted, and whether it has expired */
    public MySqlOfflineFiles(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Whether {@code p} is a member who may have a file, and is not done with it. */
    private static String stillWaits(String sender, String file) {
        return "p.left_at IS NULL AND p.user_id <> " + sender + " AND NOT EXISTS (SELECT 1 FROM offline_file_done d"
                + " WHERE d.file_id = " + file + " AND d.user_id = p.user_id)";
    }

    @Override
    public Added add(OfflineFile file) {
        try {
            insert(file);
            return Added.RECORDED;
        } catch (StorageFailure e) {
            if (!Refusal.DUPLICATE_KEY.causes(e)) {
                throw e;
            }
            return addAgain(file);
        }
    }

    private void insert(OfflineFile file) {
        database.with(handle -> handle.createUpdate(
                        "INSERT INTO offline_file (task_id, from_id, to_id, file_name, file_size, file_server_id, expires,"
                                + " sha256, created, conversation_id) VALUES (:taskId, :from, :to, :fileName, :size,"
                                + " :fileServerId, :expires, :sha256, :now, :conversation)")
                .bind("taskId", file.taskId().value())
                .bind("from", file.from().value())
                .bind("to", file.group().isPresent() ? NOBODY : file.to().value())
                .bind("fileName", file.fileName())
                .bind("size", file.size())
                .bind("fileServerId", file.fileServerId().orElse(null))
                .bind("expires", expires(file))
                .bind("sha256", sha256(file))
                .bind("now", now())
                .bind(
                        "conversation",
                        file.group().map(group -> Conversation.of(group).key()).orElse(null))
                .execute());
    }

    private Added addAgain(OfflineFile file) {
        Optional<Row> known = find(file.taskId());
        if (known.filter(row -> file.isSameTransferAs(row.file())).isEmpty()) {
            return Added.REFUSED;
        }
        if (known.get().deleted()) {
            return Added.GONE;
        }
        complete(file);
        return Added.RECORDED;
    }

    /** Takes over what was not known when the file was recorded first. */
    private void complete(OfflineFile file) {
        database.with(handle -> handle.createUpdate("UPDATE offline_file SET"
                        + " file_server_id = COALESCE(:fileServerId, file_server_id),"
                        + " expires = COALESCE(:expires, expires), sha256 = COALESCE(:sha256, sha256)"
                        + " WHERE task_id = :taskId")
                .bind("fileServerId", file.fileServerId().orElse(null))
                .bind("expires", expires(file))
                .bind("sha256", sha256(file))
                .bind("taskId", file.taskId().value())
                .execute());
    }

    private record Row(OfflineFile file, boolean deleted) {}

    private Optional<Row> find(TaskId taskId) {
        return database.with(handle -> handle.createQuery(SELECT + "WHERE f.task_id = :taskId")
                .bind("taskId", taskId.value())
                .map((row, context) -> new Row(offlineFile(row), isDeleted(row)))
                .findOne());
    }

    @Override
    public List<OfflineFile> waitingFor(UserId to, int limit) {
        String first = " ORDER BY f.id LIMIT :limit)";
        return database.with(handle -> handle.createQuery("(" + WAITING_FOR_USER + first + " UNION ALL ("
                        + WAITING_FOR_MEMBER + first + " ORDER BY id LIMIT :limit")
                .bind("to", to.value())
                .bind("now", now())
                .bind("limit", limit)
                .map((row, context) -> offlineFile(row))
                .list());
    }

    @Override
    public boolean waitsFor(TaskId taskId, UserId to) {
        String which = " AND f.task_id = :taskId";
        return database.with(
                handle -> handle.createQuery(WAITING_FOR_USER + which + " UNION ALL " + WAITING_FOR_MEMBER + which)
                        .bind("to", to.value())
                        .bind("now", now())
                        .bind("taskId", taskId.value())
                        .map((row, context) -> row.getLong("id"))
                        .findFirst()
                        .isPresent());
    }

    @Override
    public void delete(TaskId taskId, UserId to) {
        int deleted = database.with(handle -> handle.createUpdate("UPDATE offline_file SET deleted = :now"
                        + " WHERE task_id = :taskId AND to_id = :to AND deleted IS NULL")
                .bind("now", now())
                .bind("taskId", taskId.value())
                .bind("to", to.value())
                .execute());
        if (deleted == 0) {
            database.inTransaction(handle -> {
                deleteForMember(handle, taskId, to);
                return null;
            });
        }
    }

    /** The row is locked first, so that of the last two members one sees the other. */
    private void deleteForMember(Handle handle, TaskId taskId, UserId member) {
        Optional<Long> file = handle.createQuery("SELECT id FROM offline_file"
                        + " WHERE task_id = :taskId AND conversation_id IS NOT NULL AND deleted IS NULL FOR UPDATE")
                .bind("taskId", taskId.value())
                .mapTo(Long.class)
                .findOne();
        if (file.isEmpty()) {
            return;
        }
        handle.createUpdate(
                        "INSERT INTO offline_file_done (file_id, user_id) SELECT f.id, p.user_id FROM offline_file f"
                                + " JOIN participant p ON p.conversation_id = f.conversation_id"
                                + " WHERE f.id = :file AND p.user_id = :member AND " + stillWaits("f.from_id", "f.id"))
                .bind("file", file.get())
                .bind("member", member.value())
                .execute();
        handle.createUpdate("UPDATE offline_file SET deleted = :now WHERE id = :file AND NOT EXISTS"
                        + " (SELECT 1 FROM participant p WHERE p.conversation_id = offline_file.conversation_id AND "
                        + stillWaits("offline_file.from_id", "offline_file.id") + ")")
                .bind("now", now())
                .bind("file", file.get())
                .execute();
    }

    @Override
    public void deleteForGroup(TaskId taskId) {
        database.with(handle -> handle.createUpdate("UPDATE offline_file SET deleted = :now"
                        + " WHERE task_id = :taskId AND conversation_id IS NOT NULL AND deleted IS NULL")
                .bind("now", now())
                .bind("taskId", taskId.value())
                .execute());
    }

    @Override
    public Map<TaskId, Fate> fatesOf(Collection<TaskId> tasks) {
        if (tasks.isEmpty()) {
            return Map.of();
        }
        return database.with(handle -> handle.createQuery(
                        "SELECT task_id, deleted FROM offline_file WHERE task_id IN (<tasks>)")
                .bindList("tasks", tasks.stream().map(TaskId::value).toList())
                .reduceResultSet(new HashMap<>(), (fates, row, context) -> {
                    fates.put(new TaskId(row.getString("task_id")), isDeleted(row) ? Fate.GONE : Fate.WAITS);
                    return fates;
                }));
    }

    @Override
    public int forgetEndedBefore(Instant time, int limit) {
        int expired = forget("expires < :time AND (deleted IS NULL OR deleted < :time)", time, limit);
        return expired + forget("expires IS NULL AND deleted < :time", time, limit - expired);
    }

    private int forget(String which, Instant time, int limit) {
        return database.with(handle -> handle.createUpdate("DELETE FROM offline_file WHERE " + which + " LIMIT :limit")
                .bind("time", time.getEpochSecond())
                .bind("limit", limit)
                .execute());
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private static Long expires(OfflineFile file) {
        return file.expires().map(Instant::getEpochSecond).orElse(null);
    }

    private static byte[] sha256(OfflineFile file) {
        return file.sha256().map(HashCode::asBytes).orElse(null);
    }

    private static boolean isDeleted(ResultSet row) throws SQLException {
        return time(row, "deleted").isPresent();
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        long seconds = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
    }

    private static OfflineFile offlineFile(ResultSet row) throws SQLException {
        Optional<GroupId> group = group(row);
        return new OfflineFile(
                new TaskId(row.getString("task_id")),
                new UserId(row.getLong("from_id")),
                new UserId(row.getLong(group.isPresent() ? "from_id" : "to_id")),
                row.getString("file_name"),
                row.getLong("file_size"),
                Optional.ofNullable(row.getString("file_server_id")),
                time(row, "expires"),
                Optional.ofNullable(row.getBytes("sha256")).map(HashCode::fromBytes),
                group);
    }

    private static Optional<GroupId> group(ResultSet row) throws SQLException {
        long conversation = row.getLong("conversation_id");
        return row.wasNull() ? Optional.empty() : Optional.of(new Conversation(conversation).group());
    }
}
