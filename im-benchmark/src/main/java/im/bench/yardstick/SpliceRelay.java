package im.bench.yardstick;

import im.netlib.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Like {@link NettyRelay}, but the bytes never leave the kernel. */
final class SpliceRelay implements AutoCloseable {
    private final EventLoopGroup loops;
    private final Channel listener;
    private EpollSocketChannel single;

    private SpliceRelay() {
        loops = Transport.eventLoops("splice-relay", 1);
        listener = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<EpollSocketChannel>() {
                    @Override
                    protected void initChannel(EpollSocketChannel channel) {
                        join(channel);
                    }
                })
                .bind(Yardsticks.anyPort())
                .syncUninterruptibly()
                .channel();
    }

    static SpliceRelay listen() {
        return new SpliceRelay();
    }

    private void join(EpollSocketChannel channel) {
        if (single == null) {
            single = channel;
            return;
        }
        EpollSocketChannel other = single;
        single = null;
        // Not before both are registered.
        channel.eventLoop().execute(() -> {
            splice(channel, other);
            splice(other, channel);
        });
    }

    /** Deprecated for the trouble of keeping it, not for being wrong; it is the machine's limit that is wanted here. */
    @SuppressWarnings("deprecation")
    private static void splice(EpollSocketChannel from, EpollSocketChannel to) {
        from.spliceTo(to, Integer.MAX_VALUE).addListener(ended -> {
            from.close();
            to.close();
        });
        from.config().setAutoRead(true);
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
