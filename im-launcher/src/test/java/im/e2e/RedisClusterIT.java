package im.e2e;

import im.msg.redis.RedisPresence;
import im.msg.redis.RedisSettings;
import im.msg.upstream.Cluster;
import im.msg.upstream.LinkSettings;
import im.testkit.TestRedis;
import io.lettuce.core.RedisURI;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

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
}
