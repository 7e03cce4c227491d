package im.netlib;

import com.google.common.primitives.Ints;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import im.proto.Command;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

/**
 * One received frame: the 16-byte header and the body, in one buffer.
 *
 * <p>The buffer belongs to whoever handed the PDU over and is gone when the handler returns. What must live longer is parsed,
 * {@linkplain #copy() copied} or {@linkplain Connection#forward(Pdu) forwarded}. Used on one thread only.
 */
public final class Pdu {
    /** Length of the header, which the length field includes. */
    public static final int HEADER_LENGTH = 16;

    static final short VERSION = 1;

    private static final int SERVICE_ID = 8;
    private static final int COMMAND_ID = 10;
    private static final int SEQ = 12;

    private final ByteBuf frame;

    /** @param frame exactly one frame, from its reader index to its writer index */
    Pdu(ByteBuf frame) {
        this.frame = frame;
    }

    /**
     * One whole frame that came in some other way than over a connection.
     *
     * @throws ProtocolViolation when it is not one frame
     */
    public static Pdu of(byte[] frame) {
        if (frame.length < HEADER_LENGTH || Ints.fromByteArray(frame) != frame.length) {
            throw new ProtocolViolation(frame.length + " bytes that are not one frame");
        }
        return new Pdu(Unpooled.wrappedBuffer(frame));
    }

    /** A frame with sequence number 0, for what is not sent over a connection. */
    public static <M extends MessageLite> byte[] frame(Command<M> command, M message) {
        ByteBuf frame = PduEncoding.encode(UnpooledByteBufAllocator.DEFAULT, command, 0, message);
        try {
            return ByteBufUtil.getBytes(frame);
        } finally {
            frame.release();
        }
    }

    /** Bytes of header and body. */
    public int length() {
        return frame.readableBytes();
    }

    public int serviceId() {
        return frame.getUnsignedShort(frame.readerIndex() + SERVICE_ID);
    }

    public int commandId() {
        return frame.getUnsignedShort(frame.readerIndex() + COMMAND_ID);
    }

    /** The sequence number, 0 to 65535. */
    public int seq() {
        return frame.getUnsignedShort(frame.readerIndex() + SEQ);
    }

    void setSeq(int seq) {
        frame.setShort(frame.readerIndex() + SEQ, seq);
    }

    /** The body as a view that shares this PDU's life. */
    public ByteBuf body() {
        return frame.slice(frame.readerIndex() + HEADER_LENGTH, length() - HEADER_LENGTH);
    }

    /** The whole frame as a view that shares this PDU's life. */
    ByteBuf frame() {
        return frame;
    }

    /** A copy on the heap that needs no release: for the few small PDUs that have to wait. */
    public Pdu copy() {
        byte[] bytes = new byte[length()];
        frame.getBytes(frame.readerIndex(), bytes);
        return new Pdu(Unpooled.wrappedBuffer(bytes));
    }

    /** @throws ProtocolViolation when the body is not a message of this command */
    public <M extends MessageLite> M parse(Command<M> command) {
        try {
            return command.parser().parseFrom(body().nioBuffer());
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolation("unparsable body of " + command + ": " + e.getMessage());
        }
    }

    void release() {
        frame.release();
    }

    @Override
    public String toString() {
        return String.format("0x%04x seq %d, %d bytes", commandId(), seq(), length());
    }
}
