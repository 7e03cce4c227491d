package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import im.msg.domain.ClientKind;
import im.msg.redis.RedisPresence;
import im.msg.redis.RedisSettings;
import im.msg.upstream.Cluster;
import im.msg.upstream.LinkSettings;
import im.testkit.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisClusterIT extends ClusterContract {
    private TestRedis redis;

    @Override
    InetSocketAddress startMiddle() throws IOException {
        redis = TestRedis.start();
        return redis.address();
    }

    @Override
    void restartMiddle() throws IOException {
        redis.kill();
        redis.startAgain();
    }

    @Override
    void stopMiddle() {
        redis.close();
    }

    @Override
    Cluster cluster(InetSocketAddress middle, LinkSettings link, EventLoopGroup loops) {
        RedisSettings settings = new RedisSettings(
                RedisURI.create("127.0.0.1", middle.getPort()), redis.prefix(), Duration.ofSeconds(1));
        return new RedisPresence(settings, link, ClusterNode.MAX_ELSEWHERE, loops.next());
    }

    @Test
    void nothingIsLeftInRedisOfMsgServersThatDiedOrStopped() throws Exception {
        ClusterNode.LoggedIn alice = loginSeenBy(west, east, ALICE);
        east.login(ALICE, ClientKind.IOS);
        loginSeenBy(east, west, BOB);
        west.login(ALICE, ClientKind.ANDROID);
        east.awaitFinds(ALICE, ClientKind.ANDROID);
        assertThat(keys()).isNotEmpty();
        east.logout(alice);
        west.network().cut();
        east.awaitSeesNot(BOB);
        east.cluster().close();
        assertThat(keys()).isEmpty();
    }

    private List<String> keys() {
        RedisClient client = RedisClient.create(redis.url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return connection.sync().keys(redis.prefix() + ":*");
        } finally {
            client.shutdown();
        }
    }
}
