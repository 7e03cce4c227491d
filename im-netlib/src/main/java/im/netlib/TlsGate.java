package im.netlib;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;

/** The end of a pipeline while TLS shakes hands: nobody hears of a peer before it has shown what it must. */
final class TlsGate extends ChannelInboundHandlerAdapter {
    private final Runnable onSecured;
    private final Consumer<Throwable> onFailure;
    private boolean failed;

    /** One of the two is called, once, on the event loop; after a failure the channel is closed. */
    TlsGate(Runnable onSecured, Consumer<Throwable> onFailure) {
        this.onSecured = onSecured;
        this.onFailure = onFailure;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent shaken) {
            if (shaken.isSuccess()) {
                onSecured.run();
                ctx.pipeline().remove(this);
            } else {
                fail(shaken.cause());
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** What broke the handshake comes as an event, too. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
        ctx.close();
    }

    private void fail(Throwable cause) {
        if (!failed) {
            failed = true;
            onFailure.accept(cause);
        }
    }
}
