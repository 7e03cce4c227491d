package im.bench.wire;

import im.netlib.Block;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * What is in a file: bytes that depend on their place and on the file, cheap to send and to check. Immutable; any thread.
 *
 * <p>They repeat after a prime number of longs, so no two blocks that a client might confuse are alike.
 *
 * @param phase which file, 0 to {@link #PERIOD} - 1
 */
public record Content(int phase) {
    private static final int LONGS = 65_537;
    static final int PERIOD = LONGS * Long.BYTES;
    /** The longest piece that can be had at once. */
    public static final int MAX_LENGTH = Block.MAX_DATA_LENGTH;

    private static final int STEP = 40_503 * Long.BYTES;

    private static final ByteBuf BYTES = bytes();

    private static ByteBuf bytes() {
        ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(PERIOD + MAX_LENGTH);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < LONGS; i++) {
            bytes.writeLong(random.nextLong());
        }
        return bytes.writeBytes(bytes, 0, MAX_LENGTH);
    }

    /** The content of the file with this number. */
    public static Content ofFile(long number) {
        return new Content((int) Math.floorMod(number * STEP, (long) PERIOD));
    }

    /** To be sent; the buffer belongs to the caller and must not be changed. */
    public ByteBuf slice(long offset, int length) {
        return BYTES.retainedSlice(indexOf(offset), length);
    }

    /** The same, for who writes without Netty. */
    public ByteBuffer buffer(long offset, int length) {
        return BYTES.nioBuffer(indexOf(offset), length);
    }

    /** Whether these are the bytes at that place; what remains of {@code data}, of any length, which stays as it is. */
    public boolean matches(long offset, ByteBuffer data) {
        for (int done = 0; done < data.remaining(); done += MAX_LENGTH) {
            int length = Math.min(MAX_LENGTH, data.remaining() - done);
            ByteBuffer expected = buffer(offset + done, length);
            if (expected.mismatch(data.slice(data.position() + done, length)) >= 0) {
                return false;
            }
        }
        return true;
    }

    private int indexOf(long offset) {
        return (int) ((offset + phase) % PERIOD);
    }
}
