package im.netlib;

import im.netlib.LimitsReached.Limit;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listening port whose connections speak PDUs. Thread-safe. */
public final class PduServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PduServer.class);
    private static final int BACKLOG = 1024;

    private final String name;
    private final Channel listener;
    private final Set<Connection> connections;
    private final AtomicBoolean stopped;
    private final Traffic traffic;
    private final LimitsReached limitsReached;

    private PduServer(
            String name,
            Channel listener,
            Set<Connection> connections,
            AtomicBoolean stopped,
            Traffic traffic,
            LimitsReached limitsReached) {
        this.limitsReached = limitsReached;
        this.traffic = traffic;
        this.name = name;
        this.listener = listener;
        this.connections = connections;
        this.stopped = stopped;
    }

    /**
     * Binds and starts accepting.
     *
     * @param name what the port is for, in logs
     * @param address port 0 takes a free one, see {@link #address()}
     * @param admission is asked for each new connection before anything is made for it
     * @param onConnected gives each new connection its first role, with TLS once that is there; runs on the connection's event loop
     * @throws IOException when the address cannot be bound; the message names it
     */
    public static PduServer bind(
            String name,
            EventLoopGroup loops,
            InetSocketAddress address,
            ConnectionSettings settings,
            Admission admission,
            Consumer<Connection> onConnected)
            throws IOException {
        Set<Connection> connections = ConcurrentHashMap.newKeySet();
        AtomicBoolean stopped = new AtomicBoolean();
        Traffic traffic = new Traffic();
        LimitsReached limitsReached = new LimitsReached();
        Channel listener;
        try {
            listener = new ServerBootstrap()
                    .group(loops)
                    .channel(Transport.serverChannel())
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childHandler(accepting(
                            name,
                            admission,
                            limitsReached,
                            traffic,
                            settings.tls(),
                            new PduChannelInitializer(
                                    settings, admission.memory(), limitsReached::reached, connection -> {
                                        connections.add(connection);
                                        connection.sessionEnded().addListener(ended -> connections.remove(connection));
                                        // One that was on its way in while the server closed would be missed by that.
                                        if (stopped.get()) {
                                            connection.close("server stops");
                                        } else {
                                            onConnected.accept(connection);
                                        }
                                    })))
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
        return new PduServer(name, listener, connections, stopped, traffic, limitsReached);
    }

    private static ChannelInitializer<Channel> accepting(
            String name,
            Admission admission,
            LimitsReached limitsReached,
            Traffic traffic,
            Tls tls,
            ChannelHandler connections) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                Optional<Limit> reached = admission.refusal(channel.remoteAddress(), channel.closeFuture());
                if (reached.isPresent()) {
                    limitsReached.reached(reached.get());
                    channel.close();
                } else {
                    channel.pipeline().addLast(traffic);
                    tls.accept(name, channel, () -> channel.pipeline().addLast(connections));
                }
            }
        };
    }

    /** The address that is really bound. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** How many connections are open. */
    public int connectionCount() {
        return connections.size();
    }

    /** What has come and gone by this port. */
    public Traffic traffic() {
        return traffic;
    }

    /** How often those who connect ran into limits. */
    public LimitsReached limitsReached() {
        return limitsReached;
    }

    /** Stops accepting. Connections live on. */
    public void stopAccepting() {
        if (listener.isOpen()) {
            listener.close().syncUninterruptibly();
        }
    }

    /**
     * Stops accepting, and ends the connections one after the other, once what is queued for them is sent: clients that connect again, here
     * or elsewhere, do not all come at once.
     *
     * @param over the time it takes
     * @return completes when the last one has been told
     */
    public CompletableFuture<Void> drain(Duration over) {
        stopped.set(true);
        stopAccepting();
        List<Connection> open = List.copyOf(connections);
        for (int i = 0; i < open.size(); i++) {
            Connection connection = open.get(i);
            GlobalEventExecutor.INSTANCE.schedule(
                    () -> connection.closeAfterFlush("server stops"),
                    over.toNanos() * i / open.size(),
                    TimeUnit.NANOSECONDS);
        }
        return new CompletableFuture<Void>()
                .completeOnTimeout(null, open.isEmpty() ? 0 : over.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Stops accepting, flushes and closes all connections, and waits a moment for that: sessions have heard of it then, and may still
     * have used whatever is closed next. Not on an event loop.
     */
    @Override
    public void close() {
        stopped.set(true);
        stopAccepting();
        connections.forEach(connection -> connection.closeAfterFlush("server stops"));
        long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        for (Connection connection : connections) {
            if (!connection.sessionEnded().awaitUninterruptibly(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                connection.close("server stops");
                connection.sessionEnded().awaitUninterruptibly(1, TimeUnit.SECONDS);
            }
        }
        log.info("{}: stopped", name);
    }
}
