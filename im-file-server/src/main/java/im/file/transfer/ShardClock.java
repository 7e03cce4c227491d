package im.file.transfer;

import java.time.Duration;

/** The time of a shard: it moves on by itself in a server, and when it is pushed in a test. */
public interface ShardClock {
    /** As {@link System#nanoTime}. */
    long nanoTime();

    /**
     * Runs something later, on the event loop of the shard.
     *
     * @return cancels it, if run before its time
     */
    Runnable after(Duration delay, Runnable task);
}
