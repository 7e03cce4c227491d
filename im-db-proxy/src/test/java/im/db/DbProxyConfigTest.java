package im.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.server.BadConfiguration;
import im.server.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DbProxyConfigTest {

    private static DbProxyConfig read(Optional<Path> file, Map<String, String> settings) {
        return DbProxyConfig.read(Settings.load(file, settings).at("db-proxy"));
    }

    @Test
    void hasDefaultsForEverything() {
        DbProxyConfig config = read(Optional.empty(), Map.of());
        assertThat(config.address().getPort()).isEqualTo(10_600);
        assertThat(config.address().getAddress().isLoopbackAddress()).isTrue();
        assertThat(config.passwords().cost()).isEqualTo(10);
    }

    @Test
    void readsTheFileForOperators() {
        assertThat(read(Optional.of(Path.of("../conf/db-proxy.conf")), Map.of()))
                .isEqualTo(read(Optional.empty(), Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "port, 65536",
        "host, no such host",
        "database.url, ''",
        "database.url, mysql://db/im",
        "database.url, jdbc:mysql://db:3306",
        "database.url, jdbc:mysql://db:port/im",
        "passwords.cost, 3",
        "passwords.cost, 17",
        "stripes.count, 0",
        "groups.max-members, 20001",
        "push.time-zone, Atlantis",
        "link.idle, -1s",
        "link.max-frame, 17 MiB"
    })
    void refusesWhatDoesNotFitAndSaysWhichKey(String key, String value) {
        assertThatThrownBy(() -> read(Optional.empty(), Map.of("db-proxy." + key, value)))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining(key);
    }

    @Test
    void doesNotShowThePassword() {
        DbProxyConfig config = read(
                Optional.empty(),
                Map.of(
                        "db-proxy.database.password", "secret",
                        "db-proxy.database.url", "jdbc:mysql://db/im?password=secret"));
        assertThat(config.toString()).doesNotContain("secret").contains("jdbc:mysql://db/im");
    }
}
