package im.e2e;

import im.db.Accounts;
import im.db.DbProxyConfig;
import im.db.domain.Profile;
import im.db.domain.UserName;
import im.server.Settings;
import im.testkit.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The database of a deployment, with users whose passwords are their names and "pw". */
final class UserDatabase implements AutoCloseable {
    private final TestDatabase database = TestDatabase.fresh();

    UserDatabase(List<String> users) throws Exception {
        DbProxyConfig config =
                DbProxyConfig.read(Settings.load(Optional.empty(), settings()).at("db-proxy"));
        try (Accounts accounts = Accounts.open(config)) {
            for (String user : users) {
                accounts.add(new UserName(user), user + "pw", Profile.ofNickName(user));
            }
        }
    }

    private UserDatabase() {}

    /** Without tables, for what a backup has. */
    static UserDatabase empty() {
        return new UserDatabase();
    }

    /** What a db-proxy has to know, by full key. Passwords cost little. */
    Map<String, String> settings() {
        return Map.of(
                "db-proxy.database.url", database.jdbcUrl(),
                "db-proxy.database.user", database.user(),
                "db-proxy.database.password", database.password(),
                "db-proxy.passwords.cost", "4");
    }

    TestDatabase database() {
        return database;
    }

    @Override
    public void close() {
        database.close();
    }
}
