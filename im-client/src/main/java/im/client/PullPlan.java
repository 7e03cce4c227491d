package im.client;

/**
 * Which part of a file to ask for next: in order, each byte once, never past the end, not more at a time than the other side
 * stands, and not faster than this side can write.
 */
final class PullPlan {
    private final long size;
    private final int blockSize;
    private final int maxInFlight;
    private final long maxUnwritten;
    private long asked;
    private long received;
    private long written;

    /**
     * @param size of the file
     * @param maxInFlight how many blocks may be on their way
     * @param maxUnwritten how many bytes may be on their way or wait for the disk
     */
    PullPlan(long size, int blockSize, int maxInFlight, long maxUnwritten) {
        this.size = size;
        this.blockSize = blockSize;
        this.maxInFlight = maxInFlight;
        this.maxUnwritten = maxUnwritten;
    }

    /** True when a block should be asked for now. */
    boolean mayAsk() {
        long next = sizeAt(asked);
        return next > 0
                && (asked - received + blockSize - 1) / blockSize < maxInFlight
                && asked + next - written <= maxUnwritten;
    }

    /** Where the block to ask for now starts. */
    long nextOffset() {
        return asked;
    }

    /** How long it is. */
    int nextSize() {
        return sizeAt(asked);
    }

    void asked() {
        asked += sizeAt(asked);
    }

    /** Where the block that should come now starts. */
    long expectedOffset() {
        return received;
    }

    /** How long it should be; 0 when none was asked for. */
    int expectedSize() {
        return received < asked ? sizeAt(received) : 0;
    }

    void received() {
        received += expectedSize();
    }

    void written(int length) {
        written += length;
    }

    long writtenBytes() {
        return written;
    }

    /** Every byte came. */
    boolean isReceived() {
        return received == size;
    }

    private int sizeAt(long offset) {
        return (int) Math.min(blockSize, size - offset);
    }
}
