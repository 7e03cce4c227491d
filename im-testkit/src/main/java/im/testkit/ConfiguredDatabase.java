package im.testkit;

import java.util.Optional;

/** The database server that the environment names. */
final class ConfiguredDatabase {
    private ConfiguredDatabase() {}

    static Optional<DatabaseServer> find() {
        return Optional.ofNullable(System.getenv("IM_TEST_JDBC_URL"))
                .filter(url -> !url.isBlank())
                .map(url -> new DatabaseServer(
                        "the database at IM_TEST_JDBC_URL (" + url.replaceAll("\\?.*", "") + ")",
                        url,
                        System.getenv().getOrDefault("IM_TEST_JDBC_USER", "root"),
                        System.getenv().getOrDefault("IM_TEST_JDBC_PASSWORD", ""),
                        false));
    }
}
