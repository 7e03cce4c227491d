package im.server.http;

import com.google.common.base.Ticker;
import im.netlib.Admission;
import im.netlib.LimitsReached;
import im.netlib.Tls;
import im.netlib.TokenBucket.Rate;
import im.netlib.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listening port and its connections. Thread-safe. */
public final class HttpPort implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpPort.class);
    private static final int BACKLOG = 1024;

    private final String name;
    private final Channel listener;
    private final ChannelGroup connections;
    private final LimitsReached limitsReached;

    private HttpPort(String name, Channel listener, ChannelGroup connections, LimitsReached limitsReached) {
        this.limitsReached = limitsReached;
        this.name = name;
        this.listener = listener;
        this.connections = connections;
    }

    /**
     * Binds and starts answering.
     *
     * @param name for logs
     * @param loops made by {@link im.netlib.Transport}
     * @param address port 0 takes a free one, see {@link #address()}
     * @param tls what protects them
     * @param admission is asked for each new connection; one that it turns down is closed
     * @throws IOException when the address cannot be bound; the message names it
     */
    public static HttpPort bind(
            String name,
            EventLoopGroup loops,
            InetSocketAddress address,
            HttpLimits limits,
            Tls tls,
            Admission admission,
            HttpAnswers answers)
            throws IOException {
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        LimitsReached limitsReached = new LimitsReached();
        HttpAnswers limited = limits.perAddress().equals(Rate.UNLIMITED)
                ? answers
                : new RatePerAddress(limits.perAddress(), Ticker.systemTicker(), limitsReached, answers);
        Channel listener;
        try {
            listener = new ServerBootstrap()
                    .group(loops)
                    .channel(Transport.serverChannel())
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            connections.add(channel);
                            admission
                                    .refusal(channel.remoteAddress(), channel.closeFuture())
                                    .ifPresentOrElse(
                                            limit -> {
                                                limitsReached.reached(limit);
                                                channel.close();
                                            },
                                            () -> tls.accept(name, channel, () -> {
                                                if (!tls.isOn()) {
                                                    channel.pipeline().addLast(new TlsRefusal(name));
                                                }
                                                fill(channel, limits, limited);
                                            }));
                        }
                    })
                    .bind(address)
                    .sync()
                    .channel();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while binding " + name + " to " + address, e);
        } catch (Exception e) {
            throw Transport.cannotListen(name, address, e);
        }
        log.info("{}: listening on {}", name, listener.localAddress());
        return new HttpPort(name, listener, connections, limitsReached);
    }

    /** The idle limit sits behind the aggregator and sees whole requests only: nobody keeps a connection by sending a byte at times. */
    private static void fill(Channel channel, HttpLimits limits, HttpAnswers answers) {
        channel.pipeline()
                .addLast(
                        new HttpServerCodec(new HttpDecoderConfig()
                                .setMaxInitialLineLength(limits.maxRequest())
                                .setMaxHeaderSize(limits.maxRequest())),
                        new HttpObjectAggregator(limits.maxRequest()),
                        new IdleStateHandler(limits.idle().toMillis(), 0, 0, TimeUnit.MILLISECONDS),
                        // One request at a time: what came with it waits here.
                        new FlowControlHandler(),
                        new HttpRequests(answers));
    }

    /** The address that is really bound. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** How often those who connect ran into limits. */
    public LimitsReached limitsReached() {
        return limitsReached;
    }

    /**
     * Stops accepting, and closes each connection as soon as what was asked on it is answered. Not on an event loop.
     *
     * @return completes when all are closed
     */
    public CompletableFuture<Void> drain() {
        listener.close().syncUninterruptibly();
        connections.forEach(connection -> connection.pipeline().fireUserEventTriggered(HttpRequests.NO_MORE));
        CompletableFuture<Void> ended = new CompletableFuture<>();
        connections.newCloseFuture().addListener(closed -> ended.complete(null));
        return ended;
    }

    /** Stops accepting and closes all connections at once. Not on an event loop. */
    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        log.info("{}: stopped", name);
    }
}
