package im.file.transfer;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/**
 * How long the sender of one transfer takes for a block. One block is watched at a time, so that for all others there is no more to do than to
 * compare two numbers.
 */
final class RoundTrip {
    private static final long NONE = -1;

    private final Timer timer;
    private final ShardClock clock;
    private long watched = NONE;
    private long askedAt;

    RoundTrip(Timer timer, ShardClock clock) {
        this.timer = timer;
        this.clock = clock;
    }

    /** The sender was asked for the block at this offset. */
    void asked(long offset) {
        if (watched == NONE) {
            watched = offset;
            askedAt = clock.nanoTime();
        }
    }

    /** The sender has answered for this offset. */
    void came(long offset) {
        if (offset == watched) {
            watched = NONE;
            timer.record(clock.nanoTime() - askedAt, TimeUnit.NANOSECONDS);
        }
    }
}
