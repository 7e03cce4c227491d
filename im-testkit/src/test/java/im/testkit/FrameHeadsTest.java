package im.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.message.IMClientTimeReq;
import im.proto.other.IMHeartBeat;
import im.proto.switchservice.IMP2PCmdMsg;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameHeadsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 17, 1000})
    void findsEveryFrameHoweverTheyAreCut(int piece) {
        IMP2PCmdMsg command = IMP2PCmdMsg.newBuilder()
                .setFromUserId(1)
                .setToUserId(2)
                .setCmdMsgData("x".repeat(50))
                .build();
        ByteBuf stream = Unpooled.wrappedBuffer(
                WireClient.frame(Commands.OTHER_HEARTBEAT, 1, IMHeartBeat.getDefaultInstance()),
                WireClient.frame(Commands.SWITCH_P2P_CMD, 2, command),
                WireClient.frame(Commands.MSG_TIME_REQUEST, 3, IMClientTimeReq.getDefaultInstance()));
        FrameHeads heads = new FrameHeads();
        List<Integer> found = new ArrayList<>();
        while (stream.isReadable()) {
            ByteBuf next = stream.readSlice(Math.min(piece, stream.readableBytes()));
            heads.feed(next, found::add);
            assertThat(next.readerIndex()).isZero();
        }
        assertThat(found).containsExactly(0x0701, 0x0601, 0x0305);
    }
}
