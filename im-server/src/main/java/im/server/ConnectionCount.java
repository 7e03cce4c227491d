package im.server;

import io.netty.channel.ChannelFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections a port has, and whether it takes another. Thread-safe. */
public final class ConnectionCount {
    private final int max;
    private final AtomicInteger open = new AtomicInteger();

    public ConnectionCount(int max) {
        this.max = max;
    }

    /**
     * Counts a new connection until it ends.
     *
     * @param closed completes when the connection is gone
     * @return false when it is one too many and is to be closed
     */
    public boolean admit(ChannelFuture closed) {
        closed.addListener(gone -> open.decrementAndGet());
        return open.incrementAndGet() <= max;
    }
}
