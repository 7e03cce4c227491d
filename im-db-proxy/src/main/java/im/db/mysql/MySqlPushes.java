package im.db.mysql;

import im.db.domain.DeviceToken;
import im.db.domain.Pushes;
import im.db.domain.UserId;
import java.util.Collection;
import java.util.List;

/** Device tokens in the table {@code device_token}; who wants no pushes at night, in {@code users}. */
public final class MySqlPushes implements Pushes {
    private final Database database;

    public MySqlPushes(Database database) {
        this.database = database;
    }

    @Override
    public void register(DeviceToken token) {
        database.inTransaction(handle -> handle.createUpdate("REPLACE INTO device_token (user_id, client_type, token)"
                        + " VALUES (:user, :clientType, :token)")
                .bind("user", token.user().value())
                .bind("clientType", token.clientType())
                .bind("token", token.token())
                .execute());
    }

    @Override
    public void forget(UserId user, int clientType) {
        database.inTransaction(handle -> handle.createUpdate(
                        "DELETE FROM device_token WHERE user_id = :user AND client_type = :clientType")
                .bind("user", user.value())
                .bind("clientType", clientType)
                .execute());
    }

    @Override
    public List<Target> targets(Collection<UserId> users, boolean night) {
        if (users.isEmpty()) {
            return List.of();
        }
        return database.with(handle -> handle.createQuery("SELECT t.user_id, t.client_type, t.token,"
                        + " (SELECT COALESCE(SUM(c.last_msg_id - p.read_id - p.own_since_read), 0) FROM participant p"
                        + " JOIN conversation c ON c.id = p.conversation_id"
                        + " WHERE p.user_id = t.user_id AND p.left_at IS NULL) AS unread"
                        + " FROM device_token t JOIN users u ON u.id = t.user_id"
                        + " WHERE t.user_id IN (<users>) AND NOT (:night AND u.push_shield <> 0)"
                        + " ORDER BY t.user_id, t.client_type")
                .bindList("users", users.stream().map(UserId::value).toList())
                .bind("night", night)
                .map((row, context) -> new Target(
                        new DeviceToken(
                                new UserId(row.getLong("user_id")), row.getInt("client_type"), row.getString("token")),
                        row.getLong("unread")))
                .list());
    }

    @Override
    public boolean shieldNights(UserId user, int shield) {
        return database.with(handle -> handle.createUpdate("UPDATE users SET push_shield = :shield WHERE id = :user")
                        .bind("shield", shield)
                        .bind("user", user.value())
                        .execute())
                > 0;
    }

    @Override
    public int shieldsNights(UserId user) {
        return database.with(handle -> handle.createQuery("SELECT push_shield FROM users WHERE id = :user")
                .bind("user", user.value())
                .mapTo(Integer.class)
                .findOne()
                .orElse(0));
    }
}
