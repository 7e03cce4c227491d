package im.netlib;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.io.IOException;

/**
 * Tells a {@link Connection} what TLS keeps from it: that a part of a write is over, since a peer that reads slowly takes one such part
 * after the other, and the whole much later; and a reset by a peer that had said before that it sends nothing more.
 */
final class BelowTls extends ChannelDuplexHandler {
    private final Connection connection;

    BelowTls(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(message, promise.unvoid().addListener(connection.countWrite));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            connection.resetByPeer();
        }
        ctx.fireExceptionCaught(cause);
    }
}
