package im.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import im.bench.wire.Side.Through;
import im.netlib.Block;
import im.proto.base.ClientFileRole;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceivingSideTest {
    private static final int BLOCK = 1000;
    private static final int SIZE = 2500;

    private final FileTask task =
            new FileTask("some task", new InetSocketAddress("127.0.0.1", 1), SIZE, Content.ofFile(3));
    private final Histogram roundTrips = new Histogram(3);
    private final ReceivingSide side = new ReceivingSide(
            task, Through.BARE_RELAY, ClientFileRole.CLIENT_REALTIME_RECVER, BLOCK, BLOCK, roundTrips);
    private final EmbeddedChannel channel = new EmbeddedChannel(side);

    @AfterEach
    void tearDown() {
        channel.finishAndReleaseAll();
    }

    private ByteBuf block(long offset, int length, Content content) {
        ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
        ByteBuf block = allocator.buffer();
        ByteBuf head = Block.head(
                allocator, 1, 0, task.id().getBytes(StandardCharsets.US_ASCII), FileTask.SENDER, offset, length);
        ByteBuf data = content.slice(offset, length);
        block.writeBytes(head).writeBytes(data);
        head.release();
        data.release();
        return block;
    }

    private void receive(ByteBuf bytes, int pieceLength) {
        while (bytes.isReadable()) {
            channel.writeInbound(bytes.readRetainedSlice(Math.min(pieceLength, bytes.readableBytes())));
        }
        bytes.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 96, 97, 1000, 5000})
    void takesAFileInPiecesOfAnyLength(int pieceLength) {
        side.pull();
        receive(block(0, BLOCK, task.content()), pieceLength);
        receive(block(1000, BLOCK, task.content()), pieceLength);
        assertThat(side.over()).isNotDone();
        receive(block(2000, 500, task.content()), pieceLength);

        assertThat(side.over()).isCompleted();
        assertThat(roundTrips.getTotalCount()).isEqualTo(3);
    }

    @Test
    void seesAWrongByte() {
        side.pull();
        ByteBuf block = block(0, BLOCK, task.content());
        block.setByte(block.writerIndex() - 1, ~block.getByte(block.writerIndex() - 1));
        receive(block, 5000);

        assertThat(side.over()).isCompletedExceptionally();
    }

    @Test
    void seesAnotherFile() {
        side.pull();
        receive(block(0, BLOCK, Content.ofFile(4)), 5000);

        assertThat(side.over()).isCompletedExceptionally();
    }

    @Test
    void seesABlockThatIsNotNext() {
        side.pull();
        receive(block(1000, BLOCK, task.content()), 5000);

        assertThat(side.over()).isCompletedExceptionally();
    }
}
