package im.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends at once whoever speaks TLS to a port that does not: the start of TLS may look like that of a long request, which is waited for. */
final class TlsRefusal extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(TlsRefusal.class);
    /** No request begins with it. */
    private static final byte START_OF_TLS = 0x16;

    private final String port;

    TlsRefusal(String port) {
        this.port = port;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        ctx.pipeline().remove(this);
        if (bytes.isReadable() && bytes.getByte(bytes.readerIndex()) == START_OF_TLS) {
            log.warn(
                    "{}: {} speaks TLS, which is not on for this port",
                    port,
                    ctx.channel().remoteAddress());
            bytes.release();
            ctx.close();
        } else {
            ctx.fireChannelRead(bytes);
        }
    }
}
