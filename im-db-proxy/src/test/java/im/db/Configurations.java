package im.db;

import im.server.Settings;
import im.testkit.TestDatabase;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Configurations for tests: as built in, but on a free port, with cheap hashes and short waits. */
final class Configurations {
    private Configurations() {}

    static DbProxyConfig of(TestDatabase database) {
        return of(database, database.jdbcUrl());
    }

    /** @param url instead of the database's own */
    static DbProxyConfig of(TestDatabase database, String url) {
        Map<String, String> settings = settings(database);
        settings.put("db-proxy.database.url", url);
        return DbProxyConfig.read(Settings.load(Optional.empty(), settings).at("db-proxy"));
    }

    static Map<String, String> settings(TestDatabase database) {
        return new HashMap<>(Map.of(
                "db-proxy.port", "0",
                "db-proxy.database.url", database.jdbcUrl(),
                "db-proxy.database.user", database.user(),
                "db-proxy.database.password", database.password(),
                "db-proxy.database.connect-timeout", "1s",
                "db-proxy.database.retry-every", "20ms",
                "db-proxy.passwords.cost", "4"));
    }
}
