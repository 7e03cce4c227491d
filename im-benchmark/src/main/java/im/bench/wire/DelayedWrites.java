package im.bench.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Makes a connection on this machine as slow to answer as one over a distance; its throughput stays. */
final class DelayedWrites extends ChannelOutboundHandlerAdapter {
    private final long nanos;

    /** @param roundTrip all of it is added on the way out, in order */
    DelayedWrites(Duration roundTrip) {
        this.nanos = roundTrip.toNanos();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.executor().schedule(() -> ctx.writeAndFlush(message, promise), nanos, TimeUnit.NANOSECONDS);
    }
}
