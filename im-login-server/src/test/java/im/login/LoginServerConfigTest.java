package im.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.login.http.ClientHints;
import im.server.BadConfiguration;
import im.server.Settings;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoginServerConfigTest {
    private static LoginServerConfig read(Map<String, String> overrides) {
        return LoginServerConfig.read(Settings.load(Optional.empty(), overrides).at("login-server"));
    }

    @Test
    void theDefaultsAreThoseOfTheProtocol() {
        LoginServerConfig config = read(Map.of());
        assertThat(config.http().getPort()).isEqualTo(8080);
        assertThat(config.http().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(config.httpLimits().idle()).hasSeconds(15);
        assertThat(config.client().getPort()).isEqualTo(8008);
        assertThat(config.client().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(config.clientLimits().maxFrameLength()).isEqualTo(4096);
        assertThat(config.clientLimits().idle()).hasSeconds(15);
        assertThat(config.internal().getPort()).isEqualTo(8100);
        assertThat(config.internal().getAddress().isLoopbackAddress()).isTrue();
        assertThat(config.link().idle()).hasSeconds(30);
        assertThat(config.linkHeartbeat()).hasSeconds(5);
        assertThat(config.hints()).isEqualTo(new ClientHints("", "", ""));
        assertThat(config.threads()).isEqualTo(1);
    }

    @Test
    void refusesAPortThatIsNone() {
        assertThatThrownBy(() -> read(Map.of("login-server.http.port", "65536")))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("login-server.http.port");
    }
}
