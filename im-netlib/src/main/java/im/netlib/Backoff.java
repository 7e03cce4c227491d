package im.netlib;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: capped exponential growth with full jitter, so that clients of a server that comes
 * back do not all come at once.
 *
 * @param first upper bound of the first wait
 * @param cap upper bound of every wait
 */
public record Backoff(Duration first, Duration cap) {
    public Backoff {
        if (first.isZero() || first.isNegative() || cap.compareTo(first) < 0) {
            throw new IllegalArgumentException("want 0 < first <= cap: " + first + ", " + cap);
        }
    }

    /**
     * @param attempt how many attempts failed since the last success, from 0
     * @return a random wait of at least 1 ms
     */
    public Duration delay(int attempt, RandomGenerator random) {
        int doublings = Math.min(attempt, 30);
        long bound = Math.min(cap.toMillis(), first.toMillis() << doublings);
        return Duration.ofMillis(1 + random.nextLong(Math.max(1, bound)));
    }
}
