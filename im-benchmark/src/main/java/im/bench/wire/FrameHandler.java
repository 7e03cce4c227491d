package im.bench.wire;

import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import im.proto.Command;
import im.proto.Commands;
import im.proto.file.IMFilePullDataRsp;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the frames of one connection without gathering blocks: the data of a block is handed on piece by piece, out of the buffer
 * that it was read into. Everything on the connection's event loop.
 */
abstract class FrameHandler extends ChannelInboundHandlerAdapter {
    private static final int HEADER_LENGTH = 16;
    private static final int COMMAND_ID = 10;
    private static final int SEQ = 12;
    /** Of a block, up to its data: header, four varints, a task id. */
    private static final int MAX_BLOCK_HEAD = 96;

    private static final int MAX_CONTROL = 1024;
    private static final int OFFSET_TAG = tag(IMFilePullDataRsp.OFFSET_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
    private static final int RESULT_TAG = tag(IMFilePullDataRsp.RESULT_CODE_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
    private static final int DATA_TAG =
            tag(IMFilePullDataRsp.FILE_DATA_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);

    private final ByteBuffer head = ByteBuffer.allocate(MAX_CONTROL);
    private int headLength = HEADER_LENGTH;
    private long dataAt;
    private int dataLeft;

    FrameHandler() {
        head.limit(HEADER_LENGTH);
    }

    /** A frame that is no block. */
    abstract void onFrame(int commandId, int seq, ByteBuffer body) throws IOException;

    /** A block begins. */
    void onBlock(long offset, int length, int resultCode) throws IOException {
        throw new IOException("a block that nobody asked for");
    }

    /** What remains of {@code data} is the content from {@code offset} on. */
    void onData(long offset, ByteBuffer data) throws IOException {
        throw new AssertionError("no block");
    }

    /** The connection is gone, or has to go; called once or more. */
    abstract void onEnd(IOException reason);

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable()) {
                if (dataLeft > 0) {
                    int length = Math.min(dataLeft, in.readableBytes());
                    data(in.internalNioBuffer(in.readerIndex(), length));
                    in.skipBytes(length);
                } else {
                    gather(in);
                }
            }
        } catch (IOException e) {
            onEnd(e);
            ctx.close();
        } finally {
            in.release();
        }
    }

    private void gather(ByteBuf in) throws IOException {
        int length = Math.min(head.remaining(), in.readableBytes());
        in.readBytes(head.array(), head.position(), length);
        head.position(head.position() + length);
        if (!head.hasRemaining() && head.position() == HEADER_LENGTH) {
            readHeader();
        }
        if (head.position() == headLength) {
            head.position(HEADER_LENGTH);
            if (isBlock()) {
                readBlock();
            } else {
                onFrame(head.getShort(COMMAND_ID), Short.toUnsignedInt(head.getShort(SEQ)), head);
            }
            head.clear().limit(HEADER_LENGTH);
            headLength = HEADER_LENGTH;
        }
    }

    private boolean isBlock() {
        return head.getShort(COMMAND_ID) == Commands.FILE_PULL_DATA_RSP.commandId();
    }

    private void readHeader() throws IOException {
        int length = head.getInt(0);
        headLength = isBlock() ? Math.min(length, MAX_BLOCK_HEAD) : length;
        if (headLength < HEADER_LENGTH || headLength > MAX_CONTROL) {
            throw new IOException("a frame of " + length + " bytes");
        }
        head.limit(headLength);
    }

    private void readBlock() throws IOException {
        long offset = 0;
        int result = 0;
        int tag = head.get();
        while (tag != DATA_TAG) {
            long value = readVarint();
            if (tag == OFFSET_TAG) {
                offset = value;
            } else if (tag == RESULT_TAG) {
                result = (int) value;
            } else if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                head.position(head.position() + (int) value);
            }
            tag = head.get();
        }
        int length = (int) readVarint();
        if (head.position() + length != head.getInt(0)) {
            throw new IOException("a block of " + length + " bytes in a frame of " + head.getInt(0));
        }
        onBlock(offset, length, result);
        dataAt = offset;
        dataLeft = length;
        data(head);
    }

    private void data(ByteBuffer data) throws IOException {
        int length = data.remaining();
        if (length > 0) {
            onData(dataAt, data);
        }
        dataAt += length;
        dataLeft -= length;
    }

    private long readVarint() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = head.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static int tag(int field, int wireType) {
        return field << 3 | wireType;
    }

    static <M extends MessageLite> M parse(Command<M> command, ByteBuffer body) throws IOException {
        return command.parser().parseFrom(body);
    }

    static <M extends MessageLite> ByteBuf frame(ChannelHandlerContext ctx, Command<M> command, int seq, M message) {
        byte[] body = message.toByteArray();
        return ctx.alloc()
                .ioBuffer(HEADER_LENGTH + body.length)
                .writeInt(HEADER_LENGTH + body.length)
                .writeShort(1)
                .writeShort(0)
                .writeShort(command.serviceId())
                .writeShort(command.commandId())
                .writeShort(seq)
                .writeShort(0)
                .writeBytes(body);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        onEnd(new IOException("the server closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        onEnd(cause instanceof IOException known ? known : new IOException(cause));
        ctx.close();
    }
}
