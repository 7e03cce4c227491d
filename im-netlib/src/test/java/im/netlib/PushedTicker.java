package im.netlib;

import com.google.common.base.Ticker;
import java.time.Duration;

/** A clock that moves when it is pushed. */
final class PushedTicker extends Ticker {
    private long now;

    @Override
    public synchronized long read() {
        return now;
    }

    synchronized void push(Duration time) {
        now += time.toNanos();
    }
}
