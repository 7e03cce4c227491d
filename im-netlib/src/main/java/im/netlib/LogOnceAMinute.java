package im.netlib;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.time.Duration;

/**
 * Keeps what a stranger can bring about from filling the log: of each of those that it knows there may be a line a minute. Thread-safe.
 *
 * @param <K> of whom the lines are
 */
public final class LogOnceAMinute<K> {
    private static final Duration QUIET = Duration.ofMinutes(1);
    /** With more of them, those that came first may have a line before their minute is over. */
    private static final int MAX_REMEMBERED = 10_000;

    private final Cache<K, Boolean> quiet;

    public LogOnceAMinute(Ticker time) {
        quiet = CacheBuilder.newBuilder()
                .ticker(time)
                .expireAfterWrite(QUIET)
                .maximumSize(MAX_REMEMBERED)
                .build();
    }

    /** @return true when there was no line of this one for a minute; then it is to be written */
    public boolean isDue(K whose) {
        return quiet.asMap().putIfAbsent(whose, true) == null;
    }
}
