package im.netlib;

import static org.assertj.core.api.Assertions.assertThat;

import im.proto.Commands;
import im.proto.base.ClientType;
import im.proto.base.UserStatType;
import im.proto.login.IMLoginReq;
import im.testkit.fuzz.FuzzCases;
import im.testkit.fuzz.FuzzedFrames;
import im.testkit.fuzz.Mutations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The decoder makes the same of any bytes, however they come, as a few lines that see them all at once. */
class FuzzedFramesTest {
    private static final int LIMIT = 64 << 10;
    /** What a torn frame takes at a time. */
    private static final int PART = 32 << 10;

    private static final IMLoginReq LOGIN = IMLoginReq.newBuilder()
            .setUserName("alice")
            .setPassword("secret")
            .setOnlineStatus(UserStatType.USER_STATUS_ONLINE)
            .setClientType(ClientType.CLIENT_TYPE_WINDOWS)
            .build();

    /** @param broken whether a frame came whose length is out of bounds */
    private record Decoded(List<String> frames, boolean broken) {}

    private static Decoded expected(byte[] stream) {
        List<String> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(stream);
        while (in.remaining() >= Integer.BYTES) {
            int length = in.getInt(in.position());
            if (length < Pdu.HEADER_LENGTH || length > LIMIT) {
                return new Decoded(frames, true);
            }
            if (length > in.remaining()) {
                break;
            }
            byte[] frame = new byte[length];
            in.get(frame);
            frames.add(Arrays.toString(frame));
        }
        return new Decoded(frames, false);
    }

    private static byte[] stream(Random random) {
        FuzzedFrames frames = new FuzzedFrames(random);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int count = 1 + random.nextInt(5); count > 0; count--) {
            switch (random.nextInt(4)) {
                case 0 -> stream.writeBytes(frames.mutated(Commands.LOGIN_REQ_USERLOGIN, LOGIN));
                case 1 ->
                    stream.writeBytes(RawFrame.ofLength(16 + random.nextInt(random.nextInt(20) == 0 ? LIMIT - 15 : 500))
                            .bytes());
                default -> stream.writeBytes(frames.any());
            }
        }
        return stream.toByteArray();
    }

    private static Decoded decode(List<byte[]> pieces) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
        List<String> frames = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(LIMIT), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                Pdu pdu = (Pdu) message;
                byte[] bytes = new byte[pdu.length()];
                pdu.frame().getBytes(pdu.frame().readerIndex(), bytes);
                frames.add(Arrays.toString(bytes));
                pdu.release();
            }
        });
        channel.config().setAllocator(allocator);
        boolean broken = false;
        for (byte[] piece : pieces) {
            ByteBuf in = allocator.directBuffer(piece.length).writeBytes(piece);
            try {
                channel.writeInbound(in);
            } catch (ProtocolViolation e) {
                broken = true;
            }
            // A frame keeps the buffers of its pieces, each of which it fills by half at least.
            assertThat(memory(allocator)).isLessThan(2 * LIMIT + PART);
        }
        channel.finishAndReleaseAll();
        assertThat(memory(allocator)).isZero();
        return new Decoded(frames, broken);
    }

    private static long memory(UnpooledByteBufAllocator allocator) {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    @Test
    void anyBytesInAnyPiecesGiveTheSameFramesOrOneViolationAndNoMemoryStays() {
        FuzzCases.run(3_000, (random, number) -> {
            byte[] stream = stream(random);
            assertThat(decode(new Mutations(random).pieces(stream))).isEqualTo(expected(stream));
        });
    }
}
