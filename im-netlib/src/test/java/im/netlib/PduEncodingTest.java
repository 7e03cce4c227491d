package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import im.proto.Commands;
import im.proto.base.MsgType;
import im.proto.message.IMMsgData;
import im.proto.other.IMHeartBeat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

class PduEncodingTest {
    private static final List<ByteBufAllocator> ALLOCATORS = List.of(
            PooledByteBufAllocator.DEFAULT, UnpooledByteBufAllocator.DEFAULT, new UnpooledByteBufAllocator(false));

    private static IMMsgData message(int length) {
        return IMMsgData.newBuilder()
                .setFromUserId(1)
                .setToSessionId(-1)
                .setMsgId(0)
                .setCreateTime(0)
                .setMsgType(MsgType.MSG_TYPE_SINGLE_TEXT)
                .setMsgData(ByteString.copyFrom(new byte[length]))
                .build();
    }

    private static byte[] encoded(ByteBufAllocator allocator, int seq, IMMsgData message) {
        ByteBuf frame = PduEncoding.encode(allocator, Commands.MSG_DATA, seq, message);
        try {
            return ByteBufUtil.getBytes(frame);
        } finally {
            frame.release();
        }
    }

    @Test
    void headerAndBodyAreAsTheProtocolSaysForEveryAllocator() {
        for (ByteBufAllocator allocator : ALLOCATORS) {
            for (int length : new int[] {0, 1, 127, 128, 4096, 300_000}) {
                IMMsgData message = message(length);
                assertThat(encoded(allocator, 0xffff, message))
                        .isEqualTo(
                                RawFrame.of(Commands.MSG_DATA, 0xffff, message).bytes());
            }
        }
    }

    @Test
    void aMessageWithoutFieldsIsAHeaderAlone() {
        ByteBuf frame = PduEncoding.encode(
                PooledByteBufAllocator.DEFAULT, Commands.OTHER_HEARTBEAT, 0, IMHeartBeat.getDefaultInstance());

        assertThat(ByteBufUtil.hexDump(frame)).isEqualTo("00000010000100000007070100000000");
        frame.release();
    }

    @Test
    void aSequenceNumberKeepsItsLower16Bits() {
        assertThat(encoded(PooledByteBufAllocator.DEFAULT, 0x12345, message(0)))
                .isEqualTo(RawFrame.of(Commands.MSG_DATA, 0x2345, message(0)).bytes());
    }
}
