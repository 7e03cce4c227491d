package im.netlib;

import com.google.common.base.Ticker;
import java.time.Duration;

/**
 * Lets a certain amount through at once, and a certain amount a second in the long run. It may be taken from when it is empty: what it owes
 * has to come back first. Not thread-safe.
 */
public final class TokenBucket {
    /**
     * How much may pass.
     *
     * @param perSecond in the long run; above 0
     * @param atOnce when nothing has passed for long; above 0
     */
    public record Rate(double perSecond, double atOnce) {
        /** As much as there is. */
        public static final Rate UNLIMITED = new Rate(1e18, 1e18);

        /** So much within that time, all of which may come at once. */
        public static Rate within(Duration time, double amount) {
            return new Rate(amount * NANOS_PER_SECOND / time.toNanos(), amount);
        }

        /** How long it takes from empty to full. */
        public Duration refill() {
            return Duration.ofNanos(Math.round(atOnce / perSecond * NANOS_PER_SECOND));
        }
    }

    private static final double NANOS_PER_SECOND = 1e9;

    private final Rate rate;
    private final Ticker time;
    private double tokens;
    private long countedAt;

    /** It is full at first. */
    public TokenBucket(Rate rate, Ticker time) {
        this.rate = rate;
        this.time = time;
        this.tokens = rate.atOnce();
        this.countedAt = time.read();
    }

    /** Takes that much, there or not. */
    public void take(double amount) {
        refill();
        tokens -= amount;
    }

    /** What was taken was not used after all. */
    public void giveBack(double amount) {
        tokens = Math.min(rate.atOnce(), tokens + amount);
    }

    /** How long until there is that much, if nothing is taken meanwhile; zero when it is there. */
    public Duration until(double amount) {
        refill();
        double missing = amount - tokens;
        return missing <= 0
                ? Duration.ZERO
                : Duration.ofNanos(Math.round(missing / rate.perSecond() * NANOS_PER_SECOND));
    }

    private void refill() {
        long now = time.read();
        double refilled = (now - countedAt) / NANOS_PER_SECOND * rate.perSecond();
        tokens = Math.min(rate.atOnce(), tokens + refilled);
        countedAt = now;
    }
}
