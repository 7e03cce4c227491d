package im.db.mysql;

import im.db.domain.OfflineFile;
import im.db.domain.OfflineFiles;
import im.db.domain.StorageFailure;
import im.db.domain.TaskId;
import im.db.domain.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Offline files in the table {@code offline_file}. */
public final class MySqlOfflineFiles implements OfflineFiles {
    private static final String SELECT =
            "SELECT task_id, from_id, to_id, file_name, file_size, file_server_id FROM offline_file ";

    private final Database database;
    private final Clock clock;

    /** @param clock tells when a file was recorded */
    public MySqlOfflineFiles(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Added add(OfflineFile file) {
        try {
            insert(file);
            return Added.RECORDED;
        } catch (StorageFailure e) {
            if (!DuplicateKey.causes(e)) {
                throw e;
            }
            return find(file.taskId()).filter(file::isSameTransferAs).isPresent() ? Added.RECORDED : Added.REFUSED;
        }
    }

    private void insert(OfflineFile file) {
        database.with(handle -> handle.createUpdate(
                        "INSERT INTO offline_file (task_id, from_id, to_id, file_name, file_size, file_server_id, created)"
                                + " VALUES (:taskId, :from, :to, :fileName, :size, :fileServerId, :now)")
                .bind("taskId", file.taskId().value())
                .bind("from", file.from().value())
                .bind("to", file.to().value())
                .bind("fileName", file.fileName())
                .bind("size", file.size())
                .bind("fileServerId", file.fileServerId().orElse(null))
                .bind("now", clock.instant().getEpochSecond())
                .execute());
    }

    private Optional<OfflineFile> find(TaskId taskId) {
        return database.with(handle -> handle.createQuery(SELECT + "WHERE task_id = :taskId")
                .bind("taskId", taskId.value())
                .map((row, context) -> offlineFile(row))
                .findOne());
    }

    @Override
    public List<OfflineFile> waitingFor(UserId to, int limit) {
        return database.with(handle -> handle.createQuery(SELECT + "WHERE to_id = :to ORDER BY id LIMIT :limit")
                .bind("to", to.value())
                .bind("limit", limit)
                .map((row, context) -> offlineFile(row))
                .list());
    }

    @Override
    public void delete(TaskId taskId, UserId to) {
        database.with(handle -> handle.createUpdate("DELETE FROM offline_file WHERE task_id = :taskId AND to_id = :to")
                .bind("taskId", taskId.value())
                .bind("to", to.value())
                .execute());
    }

    private static OfflineFile offlineFile(ResultSet row) throws SQLException {
        return new OfflineFile(
                new TaskId(row.getString("task_id")),
                new UserId(row.getLong("from_id")),
                new UserId(row.getLong("to_id")),
                row.getString("file_name"),
                row.getLong("file_size"),
                Optional.ofNullable(row.getString("file_server_id")));
    }
}
