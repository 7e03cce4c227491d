package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameReadsTest {
    private static final int BLOCK = 32_828;

    private final FrameDecoder decoder = new FrameDecoder(512 << 10);
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);
    private final ExtendedHandle reads = new FrameReads(decoder).newHandle();

    @AfterEach
    void release() {
        for (Pdu pdu = channel.readInbound(); pdu != null; pdu = channel.readInbound()) {
            pdu.release();
        }
        channel.finishAndReleaseAll();
    }

    private int guess() {
        reads.reset(channel.config());
        return reads.guess();
    }

    private void receive(byte[] bytes, int from, int to) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, from, to - from));
    }

    @Test
    void aReadEndsWhereALargeFrameEnds() {
        byte[] frame = RawFrame.ofLength(BLOCK).bytes();

        receive(frame, 0, 1_000);
        assertThat(guess()).isEqualTo(BLOCK - 1_000);
        receive(frame, 1_000, BLOCK);

        assertThat(guess()).as("the next is as long as the last").isEqualTo(BLOCK);
    }

    @Test
    void noReadIsLongerThanWhatABusyConnectionHasAtOnce() {
        receive(RawFrame.ofLength(256 << 10).bytes(), 0, 256 << 10);

        assertThat(guess()).isEqualTo(128 << 10);
    }

    @Test
    void whereFramesAreSmallManyMayComeAtOnce() {
        int first = guess();
        receive(RawFrame.ofLength(BLOCK).bytes(), 0, BLOCK);
        byte[] small = RawFrame.ofLength(40).bytes();

        receive(small, 0, small.length);
        assertThat(guess()).isEqualTo(first);
        receive(small, 0, 2);
        assertThat(guess()).as("within a length").isEqualTo(first);
    }

    @Test
    void aBufferThatWasFilledMakesTheNextOneLargerWhereFramesAreSmall() {
        int first = guess();

        reads.attemptedBytesRead(first);
        reads.lastBytesRead(first);
        reads.readComplete();

        assertThat(guess()).isGreaterThan(first);
    }
}
