package im.bench.wire;

import im.netlib.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Makes the connections of a load, all on one event loop. Thread-safe. */
public final class Dialer implements AutoCloseable {
    /** Small enough to be still in the processor's cache when it is looked at. */
    private static final int READ_LENGTH = 128 << 10;
    /** With some 28,000 ports to each, enough for any number of connections that a process can have. */
    private static final int SOURCES = 8;

    private final EventLoopGroup loops = Transport.eventLoops("load", 1);
    private final Duration roundTrip;
    private final Optional<SslContext> tls;
    private int connections;

    /** @param roundTrip to be added to every connection; zero for none */
    public Dialer(Duration roundTrip) {
        this(roundTrip, Optional.empty());
    }

    /** @param tls what protects all connections; for servers that speak it */
    public Dialer(Duration roundTrip, Optional<SslContext> tls) {
        this.roundTrip = roundTrip;
        this.tls = tls;
    }

    public EventLoop loop() {
        return loops.next();
    }

    /**
     * Connects. On the event loop.
     *
     * @param onFailure told why there is no connection
     */
    ChannelFuture connect(InetSocketAddress server, ChannelHandler handler, Consumer<Throwable> onFailure) {
        return connect(server, handler).addListener(connected -> {
            if (!connected.isSuccess()) {
                onFailure.accept(connected.cause());
            }
        });
    }

    /** Connects. On the event loop. */
    ChannelFuture connect(InetSocketAddress server, ChannelHandler handler) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loops)
                .channel(Transport.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_LENGTH))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (!roundTrip.isZero()) {
                            channel.pipeline().addLast(new DelayedWrites(roundTrip));
                        }
                        tls.ifPresent(context -> channel.pipeline().addLast(context.newHandler(channel.alloc())));
                        channel.pipeline().addLast(handler);
                    }
                });
        if (Epoll.isAvailable() && server.getAddress() instanceof java.net.Inet4Address ip && ip.isLoopbackAddress()) {
            bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
            bootstrap.localAddress(new InetSocketAddress(source(), 0));
        }
        return bootstrap.connect(server);
    }

    /** All of 127.0.0.0/8 is this machine. */
    private InetAddress source() {
        byte[] address = {127, 0, 0, (byte) (1 + connections++ % SOURCES)};
        try {
            return InetAddress.getByAddress(address);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
