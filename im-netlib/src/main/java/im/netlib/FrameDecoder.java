package im.netlib;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts the byte stream into frames and nothing else. Version, flag and reserved are never looked at: real clients put anything
 * there. The length is checked before a byte of the frame is kept, so a peer cannot announce more than the limit.
 */
final class FrameDecoder extends ByteToMessageDecoder {
    /** How many times its own length a frame may keep in memory. */
    private static final int WASTE_LIMIT = 4;

    private int maxFrameLength;
    private boolean broken;

    FrameDecoder(int maxFrameLength) {
        this.maxFrameLength = maxFrameLength;
    }

    /** Counts from the next frame on. Event loop only. */
    void maxFrameLength(int maxFrameLength) {
        this.maxFrameLength = maxFrameLength;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < Integer.BYTES) {
            return;
        }
        long length = in.getUnsignedInt(in.readerIndex());
        if (length < Pdu.HEADER_LENGTH || length > maxFrameLength) {
            broken = true;
            throw new ProtocolViolation(
                    "frame length " + length + " is not within " + Pdu.HEADER_LENGTH + " to " + maxFrameLength);
        }
        if (in.readableBytes() >= length) {
            out.add(new Pdu(cut(in, (int) length)));
        }
    }

    /** Without copying, except that a small frame must not keep a large buffer alive while it waits to be sent to a slow peer. */
    private static ByteBuf cut(ByteBuf in, int length) {
        return length < in.capacity() / WASTE_LIMIT ? in.readBytes(length) : in.readRetainedSlice(length);
    }

    /** What is left at the end of the stream is a torn frame: nobody waits for it. */
    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        in.skipBytes(in.readableBytes());
    }
}
