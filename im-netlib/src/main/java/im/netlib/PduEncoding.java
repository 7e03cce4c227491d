package im.netlib;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import im.proto.Command;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes frames: big-endian header (version 1, flag 0, reserved 0), then the body. */
final class PduEncoding {
    private PduEncoding() {}

    static <M extends MessageLite> ByteBuf encode(ByteBufAllocator allocator, Command<M> command, int seq, M message) {
        int length = Pdu.HEADER_LENGTH + message.getSerializedSize();
        ByteBuf frame = allocator.ioBuffer(length, length);
        writeHeader(frame, length, command, seq);
        return withBody(frame, message);
    }

    /** Under the header of {@code form}, but for length and sequence number. */
    static ByteBuf encodeAs(ByteBufAllocator allocator, Pdu form, int seq, MessageLite message) {
        int length = Pdu.HEADER_LENGTH + message.getSerializedSize();
        ByteBuf frame = allocator.ioBuffer(length, length);
        frame.writeBytes(form.frame(), form.frame().readerIndex(), Pdu.HEADER_LENGTH);
        frame.setInt(0, length);
        new Pdu(frame).setSeq(seq);
        return withBody(frame, message);
    }

    private static ByteBuf withBody(ByteBuf frame, MessageLite message) {
        int bodyLength = message.getSerializedSize();
        try {
            CodedOutputStream body =
                    CodedOutputStream.newInstance(frame.internalNioBuffer(frame.writerIndex(), bodyLength));
            message.writeTo(body);
            body.flush();
        } catch (IOException e) {
            frame.release();
            throw new UncheckedIOException("message larger than its own size", e);
        }
        return frame.writerIndex(Pdu.HEADER_LENGTH + bodyLength);
    }

    static void writeHeader(ByteBuf frame, int length, Command<?> command, int seq) {
        frame.writeInt(length);
        frame.writeShort(Pdu.VERSION);
        frame.writeShort(0);
        frame.writeShort(command.serviceId());
        frame.writeShort(command.commandId());
        frame.writeShort(seq);
        frame.writeShort(0);
    }
}
