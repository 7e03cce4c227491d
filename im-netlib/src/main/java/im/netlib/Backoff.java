package im.netlib;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: capped exponential growth with full jitter, so that clients of a server that comes
 * back do not all come at once.
 *
 * @param first upper bound of the first wait, at least 1 ms
 * @param cap upper bound of every wait
 */
public record Backoff(Duration first, Duration cap) {
    public Backoff {
        if (first.toMillis() < 1 || cap.compareTo(first) < 0) {
            throw new IllegalArgumentException("want 1 ms <= first <= cap: " + first + ", " + cap);
        }
    }

    /**
     * @param attempt how many attempts failed since the last success, from 0
     * @return a random wait of at least 1 ms
     */
    public Duration delay(int attempt, RandomGenerator random) {
        long bound = (long) Math.min(cap.toMillis(), first.toMillis() * Math.pow(2, attempt));
        return Duration.ofMillis(1 + random.nextLong(bound));
    }
}
