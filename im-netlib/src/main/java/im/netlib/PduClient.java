package im.netlib;

import com.google.common.net.HostAndPort;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** Makes a connection to a server, once; for one that comes back see {@link ReconnectingClient}. */
public final class PduClient {
    private PduClient() {}

    /**
     * Connects. One of the two callbacks is called, on the event loop.
     *
     * @param onConnected gives the connection its first role; nothing has been read from it yet
     * @param onFailure told why there is no connection
     */
    public static void connect(
            HostAndPort address,
            EventLoop loop,
            Duration timeout,
            ConnectionSettings settings,
            Consumer<Connection> onConnected,
            Consumer<Throwable> onFailure) {
        Connection[] made = new Connection[1];
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(Transport.channel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()))
                .handler(new PduChannelInitializer(settings, connection -> made[0] = connection))
                .connect(InetSocketAddress.createUnresolved(address.getHost(), address.getPort()));
        // The promise completes before the first read, so the role is in place in time.
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                onConnected.accept(made[0]);
            } else {
                onFailure.accept(done.cause());
            }
        });
    }
}
