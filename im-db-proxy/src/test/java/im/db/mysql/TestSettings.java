package im.db.mysql;

import im.testkit.TestDatabase;
import java.time.Duration;

/** Database settings for tests. */
public final class TestSettings {
    private TestSettings() {}

    public static DatabaseSettings of(TestDatabase database) {
        return new DatabaseSettings(
                database.jdbcUrl(),
                database.user(),
                database.password(),
                4,
                Duration.ofSeconds(3),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMillis(50));
    }
}
