package im.testkit;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/** Finds the frames in a stream of bytes that comes in pieces. Knows them by itself. One thread at a time. */
final class FrameHeads {
    private static final int HEAD = 16;
    private static final int COMMAND_ID = 10;

    private final ByteBuffer head = ByteBuffer.allocate(HEAD);
    private long bodyLeft;

    /**
     * Looks at what comes next, and leaves it as it is.
     *
     * @param onFrame is given the command id of each frame whose head is complete
     */
    void feed(ByteBuf bytes, IntConsumer onFrame) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (bodyLeft > 0) {
                int skipped = (int) Math.min(bodyLeft, bytes.writerIndex() - at);
                bodyLeft -= skipped;
                at += skipped;
            } else {
                head.put(bytes.getByte(at++));
                if (!head.hasRemaining()) {
                    onFrame.accept(Short.toUnsignedInt(head.getShort(COMMAND_ID)));
                    bodyLeft = Integer.toUnsignedLong(head.getInt(0)) - HEAD;
                    head.clear();
                }
            }
        }
    }
}
