package im.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.server.BadConfiguration;
import im.server.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteServerConfigTest {
    @Test
    void theDefaultsAreThoseOfTheProtocol() {
        RouteServerConfig config =
                RouteServerConfig.read(Settings.load(Optional.empty(), Map.of()).at("route-server"));

        assertThat(config.address().getHostString()).isEqualTo("127.0.0.1");
        assertThat(config.address().getPort()).isEqualTo(8200);
        assertThat(config.heartbeat()).hasSeconds(5);
        assertThat(config.link().connection().idle()).hasSeconds(30);
        assertThat(config.link().connection().maxFrameLength()).isEqualTo(4 << 20);
        assertThat(config.link().maxForwarded()).isEqualTo(512 << 10);
    }

    @Test
    void theFileForOperatorsIsGood() {
        Settings settings = Settings.load(Optional.of(Path.of("../conf/route-server.conf")), Map.of());

        assertThat(RouteServerConfig.read(settings.at("route-server")).address().getPort())
                .isEqualTo(8200);
    }

    @Test
    void refusesAHostThatIsNone() {
        assertThatThrownBy(() -> RouteServers.config("host=not a host"))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("route-server.host");
    }
}
