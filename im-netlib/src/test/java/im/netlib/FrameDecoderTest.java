package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final int LIMIT = 1024;

    private final FrameDecoder decoder = new FrameDecoder(LIMIT);
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

    @AfterEach
    void release() {
        decoded();
        channel.finishAndReleaseAll();
    }

    private List<byte[]> decoded() {
        List<byte[]> frames = new ArrayList<>();
        for (Pdu pdu = channel.readInbound(); pdu != null; pdu = channel.readInbound()) {
            byte[] bytes = new byte[pdu.length()];
            pdu.frame().getBytes(pdu.frame().readerIndex(), bytes);
            frames.add(bytes);
            pdu.release();
        }
        return frames;
    }

    private void receive(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
    }

    private void receive(byte[] bytes, int from, int to) {
        receive(Arrays.copyOfRange(bytes, from, to));
    }

    @Test
    void severalFramesInOneBufferComeOutInOrder() {
        byte[] first = RawFrame.ofLength(40).bytes();
        byte[] second = RawFrame.ofLength(16).bytes();
        byte[] third = RawFrame.ofLength(LIMIT).bytes();

        receive(RawFrame.concat(first, second, third));

        assertThat(decoded()).containsExactly(first, second, third);
    }

    @Test
    void bytesThatComeOneByOneMakeTheSameFrames() {
        byte[] first = RawFrame.ofLength(40).bytes();
        byte[] second = RawFrame.ofLength(16).bytes();
        byte[] all = RawFrame.concat(first, second);

        for (int i = 0; i < all.length; i++) {
            receive(all, i, i + 1);
        }

        assertThat(decoded()).containsExactly(first, second);
    }

    @Test
    void everySplitInTwoMakesTheSameFrames() {
        byte[] first = RawFrame.ofLength(33).bytes();
        byte[] second = RawFrame.ofLength(50).bytes();
        byte[] all = RawFrame.concat(first, second);

        for (int split = 1; split < all.length; split++) {
            receive(all, 0, split);
            receive(all, split, all.length);
            assertThat(decoded()).as("split at %d", split).containsExactly(first, second);
        }
    }

    @Test
    void anySplitMakesTheSameFrames() {
        Random random = new Random(20260101);
        for (int round = 0; round < 200; round++) {
            byte[][] frames = new byte[1 + random.nextInt(6)][];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = RawFrame.ofLength(16 + random.nextInt(LIMIT - 15)).bytes();
            }
            byte[] all = RawFrame.concat(frames);
            for (int from = 0; from < all.length; ) {
                int to = Math.min(all.length, from + 1 + random.nextInt(300));
                receive(all, from, to);
                from = to;
            }
            assertThat(decoded()).as("round %d", round).containsExactly(frames);
        }
    }

    @Test
    void anySplitMakesTheSameFramesWhenTheyAreLong() {
        decoder.maxFrameLength(200_000);
        Random random = new Random(20261124);
        for (int round = 0; round < 100; round++) {
            byte[][] frames = new byte[1 + random.nextInt(4)][];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = RawFrame.ofLength(16 + random.nextInt(150_000)).bytes();
            }
            byte[] all = RawFrame.concat(frames);
            for (int from = 0; from < all.length; ) {
                int to = Math.min(all.length, from + 1 + random.nextInt(65_536));
                receive(all, from, to);
                from = to;
            }
            assertThat(decoded()).as("round %d", round).containsExactly(frames);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "15", "1025", "2147483647", "2147483648", "4294967295"})
    void aLengthOutsideTheLimitsIsAViolationAndNothingBehindItIsDecoded(long length) {
        ByteBuf broken = Unpooled.buffer().writeInt((int) length).writeZero(12);
        byte[] sound = RawFrame.ofLength(20).bytes();

        assertThatThrownBy(() -> channel.writeInbound(
                        Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(sound), broken, Unpooled.wrappedBuffer(sound))))
                .isInstanceOf(ProtocolViolation.class)
                .hasMessageContaining(Long.toString(length));
        receive(sound);

        assertThat(decoded()).as("only what came before").containsExactly(sound);
    }

    @Test
    void aLengthIsJudgedBeforeTheRestOfItsHeaderCame() {
        assertThatThrownBy(() -> channel.writeInbound(Unpooled.buffer().writeInt(-1)))
                .isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void aFrameOfExactlyTheLimitIsTaken() {
        byte[] largest = RawFrame.ofLength(LIMIT).bytes();

        receive(largest);

        assertThat(decoded()).containsExactly(largest);
    }

    @Test
    void aNewLimitCountsFromTheNextFrameOnEvenWhenThatIsInTheSameBuffer() {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object pdu) {
                decoder.maxFrameLength(4 * LIMIT);
                ctx.fireChannelRead(pdu);
            }
        });
        byte[] first = RawFrame.ofLength(20).bytes();
        byte[] second = RawFrame.ofLength(3 * LIMIT).bytes();

        receive(RawFrame.concat(first, second));

        assertThat(decoded()).containsExactly(first, second);
    }

    @Test
    void aSmallerLimitCountsFromTheNextFrameOn() {
        byte[] large = RawFrame.ofLength(LIMIT).bytes();
        receive(large);
        decoder.maxFrameLength(100);

        assertThatThrownBy(() -> receive(large)).isInstanceOf(ProtocolViolation.class);
        assertThat(decoded()).containsExactly(large);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 13, 48, 0xffff})
    void versionFlagAndReservedNeverMatter(int odd) {
        byte[] frame = new RawFrame(odd, odd, odd, odd, odd, odd, new byte[] {1, 2, 3}).bytes();

        receive(frame);

        assertThat(decoded()).containsExactly(frame);
    }

    @Test
    void aTornFrameAtTheEndIsDropped() {
        byte[] whole = RawFrame.ofLength(30).bytes();
        receive(whole);
        ByteBuf torn = Unpooled.copiedBuffer(whole, 0, 29);
        channel.writeInbound(torn);

        channel.finish();

        assertThat(decoded()).containsExactly(whole);
        assertThat(torn.refCnt()).isZero();
    }

    @Test
    void aSmallFrameDoesNotKeepALargeBufferAlive() {
        ByteBuf received = Unpooled.wrappedBuffer(RawFrame.concat(
                RawFrame.ofLength(LIMIT).bytes(), RawFrame.ofLength(16).bytes()));

        channel.writeInbound(received);
        Pdu large = channel.readInbound();
        Pdu small = channel.readInbound();
        large.release();

        assertThat(received.refCnt()).as("held by the small frame").isZero();
        assertThat(small.length()).isEqualTo(16);
        small.release();
    }

    @Test
    void aLargeFrameIsNotCopied() {
        ByteBuf received = RawFrame.ofLength(LIMIT).buffer();

        channel.writeInbound(received);

        assertThat(received.refCnt()).isEqualTo(1);
        Pdu pdu = channel.readInbound();
        received.setByte(100, received.getByte(100) + 1);
        assertThat(pdu.frame().getByte(100)).isEqualTo(received.getByte(100));
        pdu.release();
        assertThat(received.refCnt()).isZero();
    }

    @Test
    void aTornFrameTakesAsMuchMemoryAsItHasBytesAndLetsGoOfWhatItCameIn() {
        decoder.maxFrameLength(200_000);
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        channel.config().setAllocator(allocator);
        byte[] frame = RawFrame.ofLength(100_000).bytes();
        ByteBuf start = Unpooled.buffer(90_000).writeBytes(frame, 0, 40_000);
        ByteBuf rest = Unpooled.buffer(130_000).writeBytes(frame, 40_000, frame.length - 40_000);

        channel.writeInbound(start, rest);

        assertThat(start.refCnt() + rest.refCnt()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isEqualTo(frame.length);
        assertThat(decoded()).containsExactly(frame);
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void piecesOfALargeFrameThatFillTheirBuffersAreNotCopied() {
        decoder.maxFrameLength(200_000);
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        channel.config().setAllocator(allocator);
        byte[] frame = RawFrame.ofLength(100_000).bytes();
        ByteBuf start = Unpooled.buffer(60_000).writeBytes(frame, 0, 40_000);
        ByteBuf rest = Unpooled.copiedBuffer(frame, 40_000, 60_000);

        channel.writeInbound(start, rest);

        assertThat(allocator.metric().usedDirectMemory()).isZero();
        assertThat(decoded()).containsExactly(frame);
        assertThat(start.refCnt() + rest.refCnt()).isZero();
    }

    @Test
    void aSmallPieceIsCopiedAndWhatComesNextFillsItsMemoryFirst() {
        decoder.maxFrameLength(200_000);
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        channel.config().setAllocator(allocator);
        byte[] frame = RawFrame.ofLength(100_000).bytes();

        receive(frame, 0, 2_000);
        receive(frame, 2_000, frame.length);

        assertThat(allocator.metric().usedDirectMemory()).isEqualTo(32 << 10);
        assertThat(decoded()).containsExactly(frame);
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void anAnnouncedLengthDoesNotTakeItsMemory() {
        decoder.maxFrameLength(512 << 10);
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        channel.config().setAllocator(allocator);

        channel.writeInbound(Unpooled.buffer().writeInt(512 << 10).writeZero(12));

        assertThat(allocator.metric().usedDirectMemory()).isLessThanOrEqualTo(32 << 10);
        channel.finish();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }
}
