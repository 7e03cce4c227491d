package im.bench.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** Connections that end as soon as they are there; with TLS, as soon as both sides have shaken hands. */
public final class ConnectionLoad {
    private static final int AT_A_TIME = 16;

    private final Dialer dialer;
    private final InetSocketAddress server;

    public ConnectionLoad(Dialer dialer, InetSocketAddress server) {
        this.dialer = dialer;
        this.server = server;
    }

    /**
     * Not on the event loop.
     *
     * @return a transfer, and a byte, for each connection
     */
    public Outcome run(int count) throws IOException, InterruptedException {
        Plan plan = new Plan(1, count, AT_A_TIME, 1, 1);
        return Crowd.run(dialer.loop(), plan, Crowd.histogram(), number -> {
            Caller caller = new Caller();
            dialer.connect(server, caller, caller.there::completeExceptionally);
            return caller.there;
        });
    }

    private static final class Caller extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Void> there = new CompletableFuture<>();

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (ctx.pipeline().get(SslHandler.class) == null) {
                arrived(ctx);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent shaken) {
                if (shaken.isSuccess()) {
                    arrived(ctx);
                } else {
                    there.completeExceptionally(shaken.cause());
                }
            }
        }

        private void arrived(ChannelHandlerContext ctx) {
            there.complete(null);
            ctx.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            there.completeExceptionally(cause);
            ctx.close();
        }
    }
}
