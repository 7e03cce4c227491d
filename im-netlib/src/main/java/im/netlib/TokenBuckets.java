package im.netlib;

import com.google.common.base.Ticker;
import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import im.netlib.TokenBucket.Rate;

/**
 * A {@link TokenBucket} for each of those who come. Those that were heard of least lately are forgotten when there are very many, and nobody
 * because of the time: what somebody owes may take any time to come back. Not thread-safe.
 *
 * @param <K> who comes
 */
public final class TokenBuckets<K> {
    private static final int MAX_REMEMBERED = 100_000;

    private final LoadingCache<K, TokenBucket> buckets;

    public TokenBuckets(Rate rate, Ticker time) {
        this.buckets = CacheBuilder.newBuilder()
                .ticker(time)
                .maximumSize(MAX_REMEMBERED)
                .build(CacheLoader.from(() -> new TokenBucket(rate, time)));
    }

    /** Who has none gets one that is full. */
    public TokenBucket of(K whose) {
        return buckets.getUnchecked(whose);
    }
}
