package im.db.mysql;

import im.db.domain.Department;
import im.db.domain.Departments;
import im.db.domain.Refused;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Departments in the table {@code department}. */
public final class MySqlDepartments implements Departments {
    private final Database database;
    private final Clock clock;

    /** @param clock tells when something changed */
    public MySqlDepartments(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public List<Department> changedSince(Instant second, int limit) {
        return database.with(handle -> handle.createQuery("SELECT id, name, parent_id, priority, status, updated"
                        + " FROM department WHERE updated >= :second ORDER BY updated, id LIMIT :limit")
                .bind("second", second.getEpochSecond())
                .bind("limit", limit)
                .map((row, context) -> new Department(
                        row.getLong("id"),
                        row.getString("name"),
                        row.getLong("parent_id"),
                        row.getLong("priority"),
                        row.getInt("status") != 0,
                        Instant.ofEpochSecond(row.getLong("updated"))))
                .list());
    }

    @Override
    public boolean exists(long id) {
        return database.with(handle -> isThere(handle, id));
    }

    /** In a transaction it stays so until the end of that. */
    private static boolean isThere(Handle handle, long id) {
        return handle.createQuery("SELECT id FROM department WHERE id = :id AND status = 0 FOR UPDATE")
                .bind("id", id)
                .mapTo(Long.class)
                .findOne()
                .isPresent();
    }

    @Override
    public long add(String name, long parentId, long priority) throws Refused {
        return database.inTransaction(handle -> {
            if (parentId != 0 && !isThere(handle, parentId)) {
                throw new Refused("there is no department " + parentId);
            }
            return handle.createUpdate("INSERT INTO department (name, parent_id, priority, updated)"
                            + " VALUES (:name, :parent, :priority, :now)")
                    .bind("name", name)
                    .bind("parent", parentId)
                    .bind("priority", priority)
                    .bind("now", now())
                    .executeAndReturnGeneratedKeys("id")
                    .mapTo(Long.class)
                    .one();
        });
    }

    @Override
    public void remove(long id) throws Refused {
        database.inTransaction(handle -> {
            if (!isThere(handle, id)) {
                throw new Refused("there is no department " + id);
            }
            long parts = handle.createQuery("SELECT COUNT(*) FROM department WHERE parent_id = :id AND status = 0")
                    .bind("id", id)
                    .mapTo(Long.class)
                    .one();
            if (parts > 0) {
                throw new Refused("department " + id + " has others below it: remove those first");
            }
            handle.createUpdate("UPDATE users SET updated = :now, department_id ="
                            + " (SELECT parent_id FROM department WHERE id = :id) WHERE department_id = :id")
                    .bind("now", now())
                    .bind("id", id)
                    .execute();
            handle.createUpdate("UPDATE department SET status = 1, updated = :now WHERE id = :id")
                    .bind("now", now())
                    .bind("id", id)
                    .execute();
            return null;
        });
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
