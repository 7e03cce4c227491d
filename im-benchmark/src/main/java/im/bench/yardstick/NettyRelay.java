package im.bench.yardstick;

import im.netlib.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Joins each two connections that come one after the other, and passes on whatever they send: the least that a relay can do. */
final class NettyRelay implements AutoCloseable {
    private final EventLoopGroup loops;
    private final Channel listener;
    private Channel single;

    private NettyRelay() {
        loops = Transport.eventLoops("netty-relay", 1);
        listener = new ServerBootstrap()
                .group(loops)
                .channel(Transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        join(channel);
                    }
                })
                .bind(Yardsticks.anyPort())
                .syncUninterruptibly()
                .channel();
    }

    static NettyRelay listen() {
        return new NettyRelay();
    }

    private void join(Channel channel) {
        if (single == null) {
            single = channel;
            return;
        }
        Channel other = single;
        single = null;
        other.pipeline().addLast(new Passing(channel));
        channel.pipeline().addLast(new Passing(other));
        // Not before both are registered.
        channel.eventLoop().execute(() -> {
            other.config().setAutoRead(true);
            channel.config().setAutoRead(true);
        });
    }

    private static final class Passing extends ChannelInboundHandlerAdapter {
        private final Channel to;

        Passing(Channel to) {
            this.to = to;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            to.write(bytes);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            to.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            to.config().setAutoRead(ctx.channel().isWritable());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            to.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
