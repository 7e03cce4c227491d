package im.e2e;

import im.launcher.Topology;
import im.testkit.TestRedis;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** With a Redis and no route-server. */
class ClusterOverRedisIT extends MsgServersAsOne {
    private TestRedis redis;

    @Override
    Topology startMiddle() throws IOException {
        redis = TestRedis.start();
        return new Topology(2, 2, 0, Optional.of(redis.url()));
    }

    @Override
    void stopMiddle() {
        redis.close();
    }

    @Override
    Map<String, String> settings() {
        return Map.of("msg-server.redis.prefix", redis.prefix());
    }
}
