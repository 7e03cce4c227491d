package im.bench.wire;

import com.google.protobuf.ByteString;
import im.proto.base.MsgType;
import im.proto.message.IMMsgData;
import java.nio.ByteBuffer;

/** Messages of {@value #LENGTH} bytes, each with a number in it. */
public final class Messages {
    /** A line of text, encrypted by the clients. */
    public static final int LENGTH = 100;

    private Messages() {}

    static IMMsgData message(int from, int to, int number) {
        return IMMsgData.newBuilder()
                .setFromUserId(from)
                .setToSessionId(to)
                .setMsgId(0)
                .setCreateTime(0)
                .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                .setMsgData(ByteString.copyFrom(
                        ByteBuffer.allocate(LENGTH).putInt(number).rewind()))
                .build();
    }

    static int number(IMMsgData message) {
        return message.getMsgData().asReadOnlyByteBuffer().getInt();
    }
}
