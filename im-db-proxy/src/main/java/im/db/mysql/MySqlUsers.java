package im.db.mysql;

import im.db.domain.Account;
import im.db.domain.NameTaken;
import im.db.domain.PasswordHash;
import im.db.domain.Profile;
import im.db.domain.StorageFailure;
import im.db.domain.User;
import im.db.domain.UserId;
import im.db.domain.UserName;
import im.db.domain.Users;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Users in the table {@code users}. */
public final class MySqlUsers implements Users {
    private static final String COLUMNS =
            "id, name, password_hash, nick_name, gender, avatar_url, department_id, email,"
                    + " real_name, telephone, sign_info, status, updated";

    private final Database database;
    private final Clock clock;

    /** @param clock tells when something changed */
    public MySqlUsers(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Optional<Account> find(UserName name) {
        return database.with(handle -> handle.createQuery("SELECT " + COLUMNS + " FROM users WHERE name = :name")
                .bind("name", name.value())
                .map((row, context) -> account(row))
                .findOne());
    }

    @Override
    public UserId add(UserName name, PasswordHash passwordHash, Profile profile) throws NameTaken {
        try {
            return database.with(handle -> handle.createUpdate(
                            "INSERT INTO users (name, password_hash, nick_name, gender, avatar_url, department_id, email,"
                                    + " real_name, telephone, sign_info, status, created, updated) VALUES (:name,"
                                    + " :passwordHash, :nickName, :gender, :avatarUrl, :departmentId, :email, :realName,"
                                    + " :telephone, :signInfo, 0, :now, :now)")
                    .bind("name", name.value())
                    .bind("passwordHash", passwordHash.text())
                    .bind("nickName", profile.nickName())
                    .bind("gender", profile.gender())
                    .bind("avatarUrl", profile.avatarUrl())
                    .bind("departmentId", profile.departmentId())
                    .bind("email", profile.email())
                    .bind("realName", profile.realName())
                    .bind("telephone", profile.telephone())
                    .bind("signInfo", profile.signInfo())
                    .bind("now", now())
                    .executeAndReturnGeneratedKeys("id")
                    .map((row, context) -> new UserId(row.getLong(1)))
                    .one());
        } catch (StorageFailure e) {
            if (Refusal.DUPLICATE_KEY.causes(e)) {
                throw new NameTaken(name);
            }
            throw e;
        }
    }

    @Override
    public boolean changePassword(UserName name, PasswordHash passwordHash) {
        return find(name).isPresent()
                && database.with(handle -> handle.createUpdate(
                                        "UPDATE users SET password_hash = :passwordHash, updated = :now WHERE name = :name")
                                .bind("passwordHash", passwordHash.text())
                                .bind("now", now())
                                .bind("name", name.value())
                                .execute())
                        > 0;
    }

    @Override
    public List<User> changedSince(Instant second, int limit) {
        return database.with(handle -> handle.createQuery(
                        "SELECT " + COLUMNS + " FROM users WHERE updated >= :second ORDER BY updated, id LIMIT :limit")
                .bind("second", second.getEpochSecond())
                .bind("limit", limit)
                .map((row, context) -> user(row))
                .list());
    }

    @Override
    public List<User> find(Collection<UserId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return database.with(
                handle -> handle.createQuery("SELECT " + COLUMNS + " FROM users WHERE id IN (<ids>) ORDER BY id")
                        .bindList("ids", ids.stream().map(UserId::value).toList())
                        .map((row, context) -> user(row))
                        .list());
    }

    @Override
    public boolean changeAvatar(UserId id, String url) {
        return change(id, "avatar_url", url);
    }

    @Override
    public boolean changeSignInfo(UserId id, String text) {
        return change(id, "sign_info", text);
    }

    private boolean change(UserId id, String column, String value) {
        return database.with(handle -> handle.createUpdate(
                                "UPDATE users SET " + column + " = :value, updated = :now WHERE id = :id")
                        .bind("value", value)
                        .bind("now", now())
                        .bind("id", id.value())
                        .execute())
                > 0;
    }

    @Override
    public List<User> after(long id, int limit) {
        return database.with(handle -> handle.createQuery(
                        "SELECT " + COLUMNS + " FROM users WHERE id > :id ORDER BY id LIMIT :limit")
                .bind("id", id)
                .bind("limit", limit)
                .map((row, context) -> user(row))
                .list());
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private static Account account(ResultSet row) throws SQLException {
        return new Account(user(row), new PasswordHash(row.getString("password_hash")));
    }

    private static User user(ResultSet row) throws SQLException {
        Profile profile = new Profile(
                row.getInt("gender"),
                row.getString("nick_name"),
                row.getString("avatar_url"),
                row.getLong("department_id"),
                row.getString("email"),
                row.getString("real_name"),
                row.getString("telephone"),
                row.getString("sign_info"));
        return new User(
                new UserId(row.getLong("id")),
                new UserName(row.getString("name")),
                profile,
                row.getInt("status"),
                Instant.ofEpochSecond(row.getLong("updated")));
    }
}
