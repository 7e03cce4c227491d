package im.msg.session;

import com.google.common.base.Ticker;
import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import im.netlib.LimitsReached.Limit;
import im.netlib.TokenBucket;
import im.netlib.TokenBucket.Rate;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * How often passwords may be tried: so often from one address for one user, and so often from one address for anybody. What is locked is
 * the pair, or the address, and never a user alone: nobody can lock out somebody who is elsewhere. Thread-safe.
 */
public final class LoginAttempts {
    /**
     * Wrong passwords that are borne, all at once or not; what is used up comes back one by one.
     *
     * @param ofPair from one address for one user name
     * @param ofAddress from one address
     * @param within the time in which all that is used up has come back
     */
    public record Max(int ofPair, int ofAddress, Duration within) {}

    /** @param tryAgainIn how long the caller has to wait at least */
    record Locked(Limit limit, Duration tryAgainIn) {}

    /** The name by its hash, which is never long. */
    private record Pair(InetAddress from, HashCode user) {
        Pair(InetAddress from, String user) {
            // The database takes no notice of blanks at the end.
            this(from, Hashing.sha256().hashString(user.stripTrailing(), StandardCharsets.UTF_8));
        }
    }

    /** Those that were heard of least lately are forgotten; each costs its address an attempt. */
    private static final int MAX_REMEMBERED = 100_000;

    private final LoadingCache<Pair, TokenBucket> pairs;
    private final LoadingCache<InetAddress, TokenBucket> addresses;

    public LoginAttempts(Max max) {
        this(max, Ticker.systemTicker());
    }

    LoginAttempts(Max max, Ticker time) {
        this.pairs = buckets(Rate.within(max.within(), max.ofPair()), max.within(), time);
        this.addresses = buckets(Rate.within(max.within(), max.ofAddress()), max.within(), time);
    }

    private static <K> LoadingCache<K, TokenBucket> buckets(Rate rate, Duration within, Ticker time) {
        return CacheBuilder.newBuilder()
                .ticker(time)
                .maximumSize(MAX_REMEMBERED)
                .expireAfterAccess(within)
                .build(CacheLoader.from(() -> new TokenBucket(rate, time)));
    }

    /**
     * Somebody wants to log in. Unless he is locked out, one of {@link #wasWrong} and {@link #costsNothing} follows.
     *
     * @return why his password is not even looked at; empty when it is to be
     */
    synchronized Optional<Locked> begin(InetAddress from, String user) {
        Duration addressWaits = addresses.getUnchecked(from).until(1);
        if (!addressWaits.isZero()) {
            return Optional.of(new Locked(Limit.LOGINS_PER_ADDRESS, addressWaits));
        }
        TokenBucket pair = pairs.getUnchecked(new Pair(from, user));
        Duration pairWaits = pair.until(1);
        if (!pairWaits.isZero()) {
            return Optional.of(new Locked(Limit.LOGINS_PER_PAIR, pairWaits));
        }
        // At once, so that many attempts at a time are no way around it. A whole office that comes back at once may do
        // that, so
        // for the address only what was wrong counts.
        pair.take(1);
        return Optional.empty();
    }

    /** The database says no. */
    synchronized void wasWrong(InetAddress from) {
        addresses.getUnchecked(from).take(1);
    }

    /** The password was right, or nobody could say. */
    synchronized void costsNothing(InetAddress from, String user) {
        pairs.getUnchecked(new Pair(from, user)).giveBack(1);
    }
}
