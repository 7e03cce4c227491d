package im.msg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.HostAndPort;
import im.server.BadConfiguration;
import im.server.Settings;
import io.lettuce.core.RedisURI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void pushesNothingUnlessItIsToldWhere() {
        assertThat(read(Map.of()).webhook()).isEmpty();
        assertThat(read(Map.of("msg-server.push.webhook.url", "https://push.example/hook?x=1"))
                        .webhook())
                .hasValueSatisfying(
                        webhook -> assertThat(webhook.url().getHost()).isEqualTo("push.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"push.example", "ftp://push.example/", "http:///hook", "http://push example/", "http:"})
    void refusesAWebhookThatIsNoUrl(String url) {
        assertThatThrownBy(() -> read(Map.of("msg-server.push.webhook.url", url)))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("push.webhook.url");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no-colon-but-a-secret",
                "crm:secret",
                ":secretsecretsecret",
                "a:secretsecretsecret,a:secretsecretsecret"
            })
    void refusesAPortForOtherSystemsWithoutGoodKeysAndSaysNoneOfThem(String keys) {
        assertThatThrownBy(() ->
                        read(Map.of("msg-server.http.listen", "127.0.0.1:8400", "msg-server.http.app-keys", keys)))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("msg-server.http.app-keys")
                .hasMessageNotContaining("secret");
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://h",
                "redis://redis_1:6380/2",
                "redis://[::1]:6379",
                "redis://:p%40ss@h:6379",
                "rediss://user:secret@h"
            })
    void takesAnAddressOfRedis(String url) {
        assertThat(read(Map.of("msg-server.redis.url", url)).redis().uri().getHost())
                .isNotEmpty();
    }

    @Test
    void whatFollowsThePasswordIsTheHost() {
        RedisURI uri = read(Map.of("msg-server.redis.url", "redis://:p%40ss@redis:6380/2"))
                .redis()
                .uri();
        assertThat(uri.getHost()).isEqualTo("redis");
        assertThat(uri.getPort()).isEqualTo(6380);
        assertThat(uri.getDatabase()).isEqualTo(2);
        assertThat(uri.getCredentialsProvider().resolveCredentials().block().getPassword())
                .containsExactly("p@ss".toCharArray());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h:6379",
                "http://h",
                "redis://",
                "redis://h:99999",
                "redis://h/first",
                "redis://:sec@ret@h",
                "redis://:sec#ret@h",
                "redis://:sec?ret@h",
                "redis://:sec%zzret@h",
                "redis://secret@h",
                "redis-sentinel://h",
                "redis-socket:///secret"
            })
    void refusesWhatIsNoAddressOfRedisWithoutSayingItsPassword(String url) {
        assertThatThrownBy(() -> read(Map.of("msg-server.redis.url", url)))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("msg-server.redis.url")
                .hasMessageNotContainingAny("sec", "ret");
    }
}
