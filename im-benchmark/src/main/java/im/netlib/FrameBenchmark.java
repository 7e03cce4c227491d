package im.netlib;

import im.proto.Commands;
import im.proto.base.TransferFileType;
import im.proto.file.IMFilePullDataReq;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Cutting a block of 32 KiB out of the stream, looking at it, and writing a pull. In this package because that is where it is done. */
@State(Scope.Thread)
public class FrameBenchmark {
    private static final String TASK = "01234567-89ab-cdef-0123-456789abcdef";
    private static final int LENGTH = 32 << 10;

    private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
    private EmbeddedChannel channel;
    private ByteBuf frame;
    private Pdu block;

    @Setup
    public void setUp() {
        channel = new EmbeddedChannel(new FrameDecoder(512 << 10));
        ByteBuf head = Block.head(allocator, 1, 0, TASK.getBytes(StandardCharsets.US_ASCII), 1, 1 << 30, LENGTH);
        frame = allocator.directBuffer().writeBytes(head).writeZero(LENGTH);
        head.release();
        block = new Pdu(frame);
    }

    @TearDown
    public void tearDown() {
        channel.close();
        frame.release();
    }

    @Benchmark
    public int decode() {
        channel.writeInbound(frame.retainedDuplicate());
        Pdu pdu = channel.readInbound();
        int length = pdu.length();
        pdu.release();
        return length;
    }

    @Benchmark
    public long parseBlock() {
        return Block.parse(block).offset();
    }

    @Benchmark
    public int encodePull() {
        ByteBuf pull = PduEncoding.encode(
                allocator,
                Commands.FILE_PULL_DATA_REQ,
                1,
                IMFilePullDataReq.newBuilder()
                        .setTaskId(TASK)
                        .setUserId(1)
                        .setTransMode(TransferFileType.FILE_TYPE_ONLINE)
                        .setOffset(1 << 30)
                        .setDataSize(LENGTH)
                        .build());
        int length = pull.readableBytes();
        pull.release();
        return length;
    }
}
