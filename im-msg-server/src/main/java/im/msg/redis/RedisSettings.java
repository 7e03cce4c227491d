package im.msg.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;

/**
 * Where Redis is, and what this installation uses of it.
 *
 * @param prefix of all keys and channels
 * @param aliveFor how long after its last word a msg-server counts as dead
 */
public record RedisSettings(RedisURI uri, String prefix, Duration aliveFor) {}
