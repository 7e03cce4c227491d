package im.netlib;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * A frame that comes in pieces. Of one that is most of the buffer in which it came it keeps that; others it copies, into parts of a size that
 * the allocator hands out exactly (it would round 129 KiB up to 256), and as the bytes come: a length that is merely announced costs one
 * part.
 */
final class TornFrame {
    private static final int PART_LENGTH = 32 << 10;
    /** Less is copied as soon as it is kept, and many small parts would take more memory than their bytes. */
    private static final int LEAST_SLICE = 4 << 10;

    private final ByteBufAllocator allocator;
    private final int length;
    private final List<ByteBuf> parts = new ArrayList<>(1);
    private int missing;

    TornFrame(ByteBufAllocator allocator, int length) {
        this.allocator = allocator;
        this.length = length;
        this.missing = length;
    }

    /** For a length that was taken from the stream before. */
    void startWithLength() {
        room().writeInt(length);
        missing -= Integer.BYTES;
    }

    /** Takes what belongs to this frame, or as much of it as there is. */
    void readFrom(ByteBuf in) {
        while (in.isReadable() && missing > 0) {
            int length = Math.min(in.readableBytes(), missing);
            if (!hasRoom() && length >= LEAST_SLICE && FrameDecoder.isMost(length, in)) {
                parts.add(in.readRetainedSlice(length));
                missing -= length;
            } else {
                ByteBuf part = room();
                int taken = Math.min(length, part.writableBytes());
                part.writeBytes(in, taken);
                missing -= taken;
            }
        }
    }

    private boolean hasRoom() {
        return !parts.isEmpty() && parts.get(parts.size() - 1).isWritable();
    }

    int missing() {
        return missing;
    }

    private ByteBuf room() {
        if (hasRoom()) {
            return parts.get(parts.size() - 1);
        }
        int size = Math.min(missing, PART_LENGTH);
        ByteBuf part = allocator.ioBuffer(size, size);
        parts.add(part);
        return part;
    }

    boolean isWhole() {
        return missing == 0;
    }

    /** The frame; its memory is the caller's from now on. */
    ByteBuf frame() {
        return parts.size() == 1 ? parts.get(0) : Unpooled.wrappedBuffer(parts.size(), parts.toArray(ByteBuf[]::new));
    }

    void release() {
        parts.forEach(ByteBuf::release);
    }
}
