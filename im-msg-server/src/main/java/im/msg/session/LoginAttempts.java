package im.msg.session;

import com.google.common.base.Ticker;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import im.netlib.LimitsReached.Limit;
import im.netlib.TokenBucket;
import im.netlib.TokenBucket.Rate;
import im.netlib.TokenBuckets;
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

    private final TokenBuckets<Pair> pairs;
    private final TokenBuckets<InetAddress> addresses;

    public LoginAttempts(Max max) {
        this(max, Ticker.systemTicker());
    }

    LoginAttempts(Max max, Ticker time) {
        this.pairs = new TokenBuckets<>(Rate.within(max.within(), max.ofPair()), time);
        this.addresses = new TokenBuckets<>(Rate.within(max.within(), max.ofAddress()), time);
    }

    /**
     * Somebody wants to log in. Unless he is locked out, one of {@link #wasWrong} and {@link #costsNothing} follows.
     *
     * @return why his password is not even looked at; empty when it is to be
     */
    synchronized Optional<Locked> begin(InetAddress from, String user) {
        Duration addressWaits = addresses.of(from).until(1);
        if (!addressWaits.isZero()) {
            return Optional.of(new Locked(Limit.LOGINS_PER_ADDRESS, addressWaits));
        }
        TokenBucket pair = pairs.of(new Pair(from, user));
        Duration pairWaits = pair.until(1);
        if (!pairWaits.isZero()) {
            return Optional.of(new Locked(Limit.LOGINS_PER_PAIR, pairWaits));
        }
        // At once, so that many attempts at a time are no way around it. A whole office may come back at once, so for
        // the address only what was wrong counts.
        pair.take(1);
        return Optional.empty();
    }

    /** The database says no. */
    synchronized void wasWrong(InetAddress from) {
        addresses.of(from).take(1);
    }

    /** The password was right, or nobody could say. */
    synchronized void costsNothing(InetAddress from, String user) {
        pairs.of(new Pair(from, user)).giveBack(1);
    }
}
