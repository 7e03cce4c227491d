package im.file.transfer;

import im.netlib.ProtocolViolation;

/**
 * Which blocks of an upload to ask for: in ascending order, each once, never past the end, the exact rest last.
 *
 * <p>The first block goes alone. Each answer makes room for more, until what is asked for and not yet written to the disk fills the
 * window. So what an upload holds in memory is bounded whether its uploader or its disk is the slow one, and pulls go out one by
 * one as answers come in.
 */
final class PullWindow {
    /** TCP itself begins with about this many segments under way and has twice as many after each round trip. */
    private static final int QUICK_START_BLOCKS = 8;

    /** Sends a pull. */
    interface Asking {
        void pull(long offset, int length);
    }

    private final long end;
    private final int blockLength;
    private final long max;
    private final UploadBudget budget;
    private long allowed;
    private long asked;
    private long received;
    private long written;

    /**
     * @param from where the first block begins
     * @param end of the file
     * @param max how many bytes the window may grow to; there is always one block
     */
    PullWindow(long from, long end, int blockLength, long max, UploadBudget budget) {
        this.end = end;
        this.blockLength = blockLength;
        this.max = max;
        this.budget = budget;
        this.allowed = blockLength;
        this.asked = from;
        this.received = from;
        this.written = from;
    }

    /** Asks for as many blocks as there is room for now. */
    void askFor(Asking uploader) {
        while (asked < end && takesRoom(lengthAt(asked))) {
            long offset = asked;
            asked += lengthAt(offset);
            uploader.pull(offset, (int) (asked - offset));
        }
    }

    private boolean takesRoom(int length) {
        long held = asked - written;
        if (held == 0) {
            budget.take(length);
            return true;
        }
        return held + length <= allowed && budget.tryTake(length, held);
    }

    private int lengthAt(long offset) {
        return (int) Math.min(blockLength, end - offset);
    }

    /**
     * How long the block must be that comes now.
     *
     * @throws ProtocolViolation when it does not begin where the oldest that was asked for does
     */
    int expectedAt(long offset) {
        if (offset != received || received == asked) {
            throw new ProtocolViolation("a block at " + offset + " that nobody asked for");
        }
        return lengthAt(offset);
    }

    /** That block came. */
    void received() {
        received += lengthAt(received);
        int more = allowed < (long) QUICK_START_BLOCKS * blockLength ? 2 : 1;
        allowed = Math.min(max, allowed + (long) more * blockLength);
    }

    /** The oldest {@code length} bytes that came are in the store, or nobody keeps them any more. */
    void written(int length) {
        written += length;
        budget.giveBack(length);
    }

    /** Nothing that was asked for will come any more. */
    void close() {
        budget.giveBack(asked - received);
        asked = received;
    }

    /** All bytes before this one have come. */
    long receivedUpTo() {
        return received;
    }

    /** Every byte is in the store. */
    boolean isWritten() {
        return written == end;
    }
}
