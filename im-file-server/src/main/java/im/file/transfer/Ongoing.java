package im.file.transfer;

/** What can be seen from outside of something that is under way. On the event loop of its shard. */
public interface Ongoing {
    FileTask task();

    TransferMode mode();

    Phase phase();

    /** How many bytes have come so far from the sender, or gone to the receiver of a download. */
    long bytesDone();

    /** {@link ShardClock#nanoTime} at its creation. */
    long since();

    /** {@link ShardClock#nanoTime} at the last sign of life. */
    long lastActivity();
}
