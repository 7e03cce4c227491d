package im.netlib;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/** Counts what TLS makes of each write: a peer that reads slowly takes one such piece after the other, and a whole write much later. */
final class TlsProgress extends ChannelOutboundHandlerAdapter {
    private final Connection connection;

    TlsProgress(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(message, promise.unvoid().addListener(connection.countWrite));
    }
}
