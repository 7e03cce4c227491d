package im.msg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.HostAndPort;
import im.server.BadConfiguration;
import im.server.Settings;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MsgServerConfigTest {
    private static MsgServerConfig read(Map<String, String> overrides) {
        return MsgServerConfig.read(Settings.load(Optional.empty(), overrides).at("msg-server"));
    }

    @Test
    void theDefaultsAreThoseOfTheProtocol() {
        MsgServerConfig config = read(Map.of());
        assertThat(config.client().getPort()).isEqualTo(8000);
        assertThat(config.clientLimits().maxFrameBeforeLogin()).isEqualTo(4096);
        assertThat(config.clientLimits().maxFrame()).isEqualTo(512 * 1024);
        assertThat(config.clientLimits().idleBeforeLogin()).hasSeconds(15);
        assertThat(config.clientLimits().idleDesktop()).hasSeconds(120);
        assertThat(config.clientLimits().idleMobile()).hasSeconds(300);
        assertThat(config.link().limits().idle()).hasSeconds(30);
        assertThat(config.link().connection().heartbeatEvery()).hasSeconds(5);
        assertThat(config.fileServers()).containsExactly(HostAndPort.fromString("127.0.0.1:8601"));
        assertThat(config.dbProxies()).containsExactly(HostAndPort.fromString("127.0.0.1:10600"));
        assertThat(config.threads()).isPositive();
    }

    @Test
    void refusesABackoffThatShrinks() {
        assertThatThrownBy(() -> read(Map.of("msg-server.link.reconnect-first", "1h")))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("reconnect-first");
    }

    @Test
    void refusesAnAddressWithoutAPort() {
        assertThatThrownBy(() -> read(Map.of("msg-server.file-servers", "127.0.0.1")))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("msg-server.file-servers");
    }
}
