package im.db.mysql;

import im.testkit.TestDatabase;
import java.time.Duration;

/** Database settings for tests. */
public final class TestSettings {
    private TestSettings() {}

    public static DatabaseSettings of(TestDatabase database) {
        return of(database, 4);
    }

    /** So that what one asks after another is asked on the same. */
    static DatabaseSettings withOneConnection(TestDatabase database) {
        return of(database, 1);
    }

    private static DatabaseSettings of(TestDatabase database, int connections) {
        return new DatabaseSettings(
                database.jdbcUrl(),
                database.user(),
                database.password(),
                connections,
                Duration.ofSeconds(3),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMillis(50));
    }
}
