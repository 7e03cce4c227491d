package im.db.domain;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.hash.HashCode;
import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * Remembers for a short while which credentials were right, so that a storm of reconnects does not cost a slow hash each.
 *
 * <p>What is kept is a keyed hash over user name, digest and stored hash; the key is random and never leaves this object.
 * The stored hash being part of it, nothing is remembered of a password that was changed since. Thread-safe.
 */
public final class CredentialMemory {
    private static final int KEY_BYTES = 32;

    private final HashFunction keyed;
    private final Cache<HashCode, Boolean> right;

    /**
     * @param size how many are remembered at most; 0 for none
     * @param time for how long
     */
    public CredentialMemory(int size, Duration time) {
        this(size, time, Ticker.systemTicker());
    }

    CredentialMemory(int size, Duration time, Ticker ticker) {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        this.keyed = Hashing.hmacSha256(key);
        this.right = CacheBuilder.newBuilder()
                .maximumSize(size)
                .expireAfterWrite(time)
                .ticker(ticker)
                .build();
    }

    /** These were just found to be right. */
    public void remember(UserName name, PasswordDigest digest, PasswordHash stored) {
        right.put(keyOf(name, digest, stored), Boolean.TRUE);
    }

    /** Whether exactly these were found to be right a short while ago. */
    public boolean remembers(UserName name, PasswordDigest digest, PasswordHash stored) {
        return right.getIfPresent(keyOf(name, digest, stored)) != null;
    }

    private HashCode keyOf(UserName name, PasswordDigest digest, PasswordHash stored) {
        // No part can hold a zero byte, so no two triples have the same bytes.
        return keyed.hashString(name.value() + '\0' + digest.hex() + '\0' + stored.text(), StandardCharsets.UTF_8);
    }
}
