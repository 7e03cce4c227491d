package im.netlib;

import im.netlib.LimitsReached.Limit;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Cuts the byte stream into frames and nothing else. Version, flag and reserved are never looked at: real clients put anything
 * there. The length is checked before a byte of the frame is kept, so a peer cannot announce more than the limit.
 *
 * <p>A frame may wait for long when it is passed on to a slow peer, and keeps little more memory then than it has bytes: of a buffer in
 * which it came, or some of it, it is a slice if it is most of that, and a copy if not. Nothing is copied twice.
 */
final class FrameDecoder extends ChannelInboundHandlerAdapter {
    /** How many times its own length a frame may keep in memory. */
    private static final int WASTE_LIMIT = 2;
    /** Frames from this length on are worth a read of their own. */
    private static final int LARGE = 16 << 10;

    /** How TLS begins, which as a length is more than any limit. */
    private static final int START_OF_TLS = 0x1603;

    private int maxFrameLength;
    private boolean broken;
    /** The first bytes of a length of which not all has come, and how many they are. */
    private int partOfLength;

    private int knownOfLength;
    /** The frame of which not all has come, or null. */
    private TornFrame torn;

    private int lastLength;

    FrameDecoder(int maxFrameLength) {
        this.maxFrameLength = maxFrameLength;
    }

    /** Counts from the next frame on. Event loop only. */
    void maxFrameLength(int maxFrameLength) {
        this.maxFrameLength = maxFrameLength;
    }

    /** How many bytes are left of a large frame, or how long the next is if it is as long as the last; 0 where frames are small. Event loop only. */
    int toEndOfLargeFrame() {
        if (lastLength < LARGE || knownOfLength > 0) {
            return 0;
        }
        return torn == null ? lastLength : torn.missing();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable() && !broken) {
                decode(ctx, in);
            }
        } finally {
            in.release();
        }
    }

    private void decode(ChannelHandlerContext ctx, ByteBuf in) {
        if (torn != null) {
            torn.readFrom(in);
        } else if (knownOfLength > 0 || in.readableBytes() < Integer.BYTES) {
            partOfLength = partOfLength << Byte.SIZE | in.readUnsignedByte();
            if (++knownOfLength < Integer.BYTES) {
                return;
            }
            knownOfLength = 0;
            torn = new TornFrame(ctx.alloc(), checked(partOfLength));
            torn.startWithLength();
        } else {
            int length = checked(in.getInt(in.readerIndex()));
            if (in.readableBytes() >= length) {
                ctx.fireChannelRead(new Pdu(cut(in, length)));
                return;
            }
            torn = new TornFrame(ctx.alloc(), length);
            torn.readFrom(in);
        }
        if (torn.isWhole()) {
            Pdu pdu = new Pdu(torn.frame());
            torn = null;
            ctx.fireChannelRead(pdu);
        }
    }

    private static ByteBuf cut(ByteBuf in, int length) {
        return isMost(length, in) ? in.readRetainedSlice(length) : in.readBytes(length);
    }

    /** Whether the memory of a buffer may be kept for so many of its bytes. */
    static boolean isMost(int length, ByteBuf of) {
        return length >= of.capacity() / WASTE_LIMIT;
    }

    /** @param announced unsigned */
    private int checked(int announced) {
        long length = Integer.toUnsignedLong(announced);
        if (length < Pdu.HEADER_LENGTH || length > maxFrameLength) {
            broken = true;
            if (announced >>> Short.SIZE == START_OF_TLS) {
                throw new ProtocolViolation("speaks TLS, which is not on for this port");
            }
            String message = "frame length " + length + " is not within " + Pdu.HEADER_LENGTH + " to " + maxFrameLength;
            throw length > maxFrameLength
                    ? new ProtocolViolation(Limit.FRAME, message)
                    : new ProtocolViolation(message);
        }
        lastLength = announced;
        return announced;
    }

    /** What is left at the end of the stream is a torn frame: nobody waits for it. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (torn != null) {
            torn.release();
            torn = null;
        }
    }
}
