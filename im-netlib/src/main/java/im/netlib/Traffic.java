package im.netlib;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import java.util.concurrent.atomic.LongAdder;

/** Counts the bytes of all connections of a port, frames and TLS and all. Thread-safe. */
@Sharable
public final class Traffic extends ChannelDuplexHandler {
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();

    Traffic() {}

    /** Bytes that have come in. */
    public long received() {
        return received.sum();
    }

    /** Bytes that have gone out, or wait for their peer to read. */
    public long sent() {
        return sent.sum();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            received.add(bytes.readableBytes());
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            sent.add(bytes.readableBytes());
        } else if (message instanceof FileRegion region) {
            sent.add(region.count());
        }
        ctx.write(message, promise);
    }
}
