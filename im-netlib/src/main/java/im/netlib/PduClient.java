package im.netlib;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import com.google.common.primitives.Ints;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes a connection to a server, once; for one that comes back see {@link ReconnectingClient}. */
public final class PduClient {
    private PduClient() {}

    /**
     * Connects. One of the two callbacks is called, on the event loop.
     *
     * @param timeout for TCP, and for TLS, each
     * @param onConnected gives the connection its first role; nothing has been read from it yet. What it throws ends the
     *     connection, as in a handler
     * @param onFailure told why there is no connection
     */
    public static void connect(
            HostAndPort address,
            EventLoop loop,
            Duration timeout,
            ConnectionSettings settings,
            Consumer<Connection> onConnected,
            Consumer<Throwable> onFailure) {
        InetSocketAddress remote;
        try {
            remote = remote(address);
        } catch (IllegalArgumentException e) {
            loop.execute(() -> onFailure.accept(new IOException(e.getMessage() + " on this machine", e)));
            return;
        }
        OffLoopResolverGroup resolvers = new OffLoopResolverGroup(InetAddress::getAllByName);
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(Transport.channel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Ints.saturatedCast(timeout.toMillis()))
                .resolver(resolvers)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(remote);
        // The promise completes before the first read, so the role is in place in time.
        connecting.addListener(done -> {
            resolvers.close();
            if (done.isSuccess()) {
                Channel channel = connecting.channel();
                Runnable onSecured = () -> channel.pipeline()
                        .addLast(new PduChannelInitializer(
                                settings, Optional.empty(), limit -> {}, connection -> greet(connection, onConnected)));
                settings.tls().dial(channel, address, timeout, onSecured, onFailure::accept);
            } else {
                onFailure.accept(new IOException(Transport.reason(done.cause()), done.cause()));
            }
        });
    }

    private static void greet(Connection connection, Consumer<Connection> onConnected) {
        try {
            onConnected.accept(connection);
        } catch (RuntimeException e) {
            connection.caught(e);
        }
    }

    /** @throws IllegalArgumentException for an IPv6 address of an interface that there is not */
    private static InetSocketAddress remote(HostAndPort address) {
        String host = address.getHost();
        return InetAddresses.isInetAddress(host)
                ? new InetSocketAddress(InetAddresses.forString(host), address.getPort())
                : InetSocketAddress.createUnresolved(host, address.getPort());
    }
}
