package im.e2e;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** How fast a load goes on: first as fast as it can, and from some moment on at a share of that. Thread-safe. */
final class Pace {
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong next = new AtomicLong();
    private volatile long intervalNanos;

    /** One more piece was done. */
    void count() {
        done.incrementAndGet();
    }

    long done() {
        return done.get();
    }

    /** From now on pieces begin at this share of the rate at which {@code pieces} were done in {@code time}. */
    void limit(double share, long pieces, Duration time) {
        next.set(System.nanoTime());
        intervalNanos = (long) (time.toNanos() / (share * Math.max(1, pieces)));
    }

    double perSecond() {
        return 1e9 / intervalNanos;
    }

    /** How long to wait before the next piece begins. What was missed while nothing could be done is not made up for. */
    long nanosToNext() {
        long interval = intervalNanos;
        if (interval == 0) {
            return 0;
        }
        long now = System.nanoTime();
        long slot = next.updateAndGet(last -> Math.max(last + interval, now));
        return slot - now;
    }
}
