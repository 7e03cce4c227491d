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
            out.add(new Pdu(in.readRetainedSlice((int) length)));
        }
    }

    /** What is left at the end of the stream is a torn frame: nobody waits for it. */
    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        in.skipBytes(in.readableBytes());
    }
}
