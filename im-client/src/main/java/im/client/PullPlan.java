package im.client;

import im.netlib.Block;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Which part of a file to ask for next: in order, each byte once, never past the end, not more at a time than the other side
 * stands, and not faster than this side can write.
 *
 * <p>Blocks that may grow are asked for one by one until they do not grow any more: the next is as long as the last one was. Then
 * as many are asked for ahead as fill a fast link.
 */
final class PullPlan {
    /** What everybody stands. */
    private static final int FIRST_BLOCK = 32 << 10;

    private static final int MAX_AHEAD = 16;

    /** What may be on its way, or wait for the disk: twice what is asked for ahead, so that a slow write does not empty the link. */
    private static final long MAX_UNWRITTEN = 2L * MAX_AHEAD * Block.MAX_DATA_LENGTH;

    /** How many blocks in a row have to be no longer than asked before nothing more is expected of the next. */
    private static final int STEADY = 2;

    private record Asked(long offset, int length) {}

    private final long size;
    private final Queue<Asked> asked = new ArrayDeque<>();
    private final boolean mayBeLonger;
    private int blockSize;
    private int maxAhead;
    private boolean grows;
    private int steady;
    private long next;
    private long received;
    private long written;

    private PullPlan(long size, long from, int blockSize, int maxAhead, boolean grows) {
        this.size = size;
        this.blockSize = blockSize;
        this.maxAhead = maxAhead;
        this.mayBeLonger = grows;
        this.grows = grows;
        next = from;
        received = from;
        written = from;
    }

    /** Small blocks, each asked for when the one before is there: some senders stand nothing else. */
    static PullPlan oneByOne(long size) {
        return new PullPlan(size, 0, FIRST_BLOCK, 1, false);
    }

    /** As fast as the link allows, from a sender who stands that. */
    static PullPlan ahead(long size) {
        return new PullPlan(size, 0, Block.MAX_DATA_LENGTH, MAX_AHEAD, false);
    }

    /** From a file-server, which has been told that blocks may be longer than asked. */
    static PullPlan growing(long size, long from) {
        return new PullPlan(size, from, FIRST_BLOCK, 1, true);
    }

    /** True when a block should be asked for now. */
    boolean mayAsk() {
        return next < size && asked.size() < maxAhead && next + nextSize() - written <= MAX_UNWRITTEN;
    }

    /** Where the block to ask for now starts. */
    long nextOffset() {
        return next;
    }

    /** How long it is. */
    int nextSize() {
        return (int) Math.min(blockSize, size - next);
    }

    void asked() {
        asked.add(new Asked(next, nextSize()));
        next += nextSize();
    }

    /** True when a block from there is what has to come now. */
    boolean expects(long offset) {
        return !asked.isEmpty() && asked.element().offset() == offset;
    }

    /** How long the block that has to come now is at least. */
    int expectedSize() {
        return asked.element().length();
    }

    /** True when what is behind the expected bytes of a block is more of the file, and not padding. */
    boolean mayBeLonger() {
        return mayBeLonger;
    }

    /**
     * The expected block came.
     *
     * @param length at least as long as expected
     * @return how much of it to take
     */
    int received(int length) {
        Asked answered = asked.remove();
        int taken = answered.length();
        if (grows) {
            taken = (int) Math.min(length, size - answered.offset());
            grow(taken, answered.length());
            next = answered.offset() + taken;
        }
        received += taken;
        return taken;
    }

    private void grow(int came, int wanted) {
        steady = came > wanted ? 0 : steady + 1;
        blockSize = Math.min(Math.max(blockSize, came), Block.MAX_DATA_LENGTH);
        if (steady == STEADY || blockSize == Block.MAX_DATA_LENGTH) {
            grows = false;
            maxAhead = MAX_AHEAD;
        }
    }

    /** Where the block that has to come now starts, or would if it was asked for. */
    long receivedBytes() {
        return received;
    }

    void written(long length) {
        written += length;
    }

    long writtenBytes() {
        return written;
    }

    /** Every byte came. */
    boolean isReceived() {
        return received == size;
    }
}
