package im.netlib;

import com.google.protobuf.MessageLite;
import im.proto.Command;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** A frame with anything in its header, built without the code under test. */
record RawFrame(int version, int flag, int serviceId, int commandId, int seq, int reserved, byte[] body) {
    static RawFrame of(int commandId, int seq, byte[] body) {
        return new RawFrame(1, 0, commandId >> 8, commandId, seq, 0, body);
    }

    static RawFrame of(Command<?> command, int seq, MessageLite message) {
        return new RawFrame(1, 0, command.serviceId(), command.commandId(), seq, 0, message.toByteArray());
    }

    static RawFrame ofLength(int length) {
        byte[] body = new byte[length - 16];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31 + length);
        }
        return of(0x0505, length & 0xffff, body);
    }

    byte[] bytes() {
        return ByteBuffer.allocate(16 + body.length)
                .putInt(16 + body.length)
                .putShort((short) version)
                .putShort((short) flag)
                .putShort((short) serviceId)
                .putShort((short) commandId)
                .putShort((short) seq)
                .putShort((short) reserved)
                .put(body)
                .array();
    }

    ByteBuf buffer() {
        return Unpooled.wrappedBuffer(bytes());
    }

    Pdu pdu() {
        return new Pdu(buffer());
    }

    static byte[] concat(byte[]... parts) {
        ByteBuf all = Unpooled.wrappedBuffer(parts);
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }
}
