package im.testkit;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A network between a server and whoever connects to it, which fails when a test wants it to. It listens on a loopback port that
 * stays the same for its life and passes every connection on to one address.
 *
 * <p>Whatever begins after a method has returned sees what that method promises. Only a bounded part of what passes is kept here.
 * Thread-safe. Needs what {@link HeldPort} needs.
 */
public final class FaultProxy implements AutoCloseable {
    /** The two ways that bytes go. */
    public enum Direction {
        TO_TARGET,
        TO_CLIENTS
    }

    /** Is told what passes; on the proxy's thread, and must not block. */
    public interface FrameListener {
        void frame(Direction direction, int commandId);
    }

    enum Mode {
        PASSING,
        STALLED,
        CUT
    }

    /** Not direct: tests measure how much direct memory servers use. */
    private static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);

    private static final int BACKLOG = 1024;
    private static final int CONNECT_TIMEOUT_MILLIS = 3_000;

    private final Supplier<InetSocketAddress> target;
    private final Optional<FrameListener> frames;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("fault-proxy", true), NioIoHandler.newFactory());
    /** While it is cut nobody listens. */
    private final HeldPort port = new HeldPort();

    private ServerSocketChannel listener;
    private Thread acceptor;

    /** Of the proxy's thread only, as are all below. */
    private final Set<ProxiedConnection> connections = new LinkedHashSet<>();

    private final Map<Direction, Long> passed = new EnumMap<>(Direction.class);
    private final Map<Direction, Limit> limits = new EnumMap<>(Direction.class);

    /** What happens when so much has been passed. */
    private record Limit(long passed, Runnable then) {}

    private Mode mode = Mode.PASSING;
    private Duration delay = Duration.ZERO;

    private FaultProxy(Supplier<InetSocketAddress> target, Optional<FrameListener> frames) throws IOException {
        this.target = target;
        this.frames = frames;
    }

    /**
     * Starts listening, and passes everything.
     *
     * @param target where connections are passed on to; nobody needs to listen there yet
     * @throws IOException when there is no port to listen on
     */
    public static FaultProxy to(InetSocketAddress target) throws IOException {
        return to(() -> target);
    }

    /**
     * As {@link #to(InetSocketAddress)}, for a server that may change its address, or has to know the proxy's before it has one.
     *
     * @param target asked for each connection, on the proxy's thread; must not block
     */
    public static FaultProxy to(Supplier<InetSocketAddress> target) throws IOException {
        return started(new FaultProxy(target, Optional.empty()));
    }

    /**
     * As {@link #to(Supplier)}, where nothing but frames of the protocol goes either way.
     *
     * @param frames is told of each as soon as its head has passed
     */
    public static FaultProxy watching(Supplier<InetSocketAddress> target, FrameListener frames) throws IOException {
        return started(new FaultProxy(target, Optional.of(frames)));
    }

    private static FaultProxy started(FaultProxy proxy) throws IOException {
        try {
            proxy.heal();
            return proxy;
        } catch (UncheckedIOException e) {
            proxy.close();
            throw e.getCause();
        }
    }

    /** Where to connect to instead of to the target. */
    public InetSocketAddress address() {
        return port.address();
    }

    /** How many connections there are, including those that have not reached the target yet. */
    public int connections() {
        int[] count = new int[1];
        onLoop(() -> count[0] = connections.size());
        return count[0];
    }

    /** How many bytes have been passed on this way so far, over all connections. */
    public long passed(Direction direction) {
        long[] count = new long[1];
        onLoop(() -> count[0] = passed.getOrDefault(direction, 0L));
        return count[0];
    }

    /** Resets all connections, towards both ends, once at least so many more bytes have been passed on this way; new ones pass. */
    public void breakAfter(Direction direction, long bytes) {
        limit(direction, bytes, this::resetAll);
    }

    /** As {@link #stall}, once at least so many more bytes have been passed on this way. */
    public void stallAfter(Direction direction, long bytes) {
        limit(direction, bytes, () -> mode = Mode.STALLED);
    }

    private void limit(Direction direction, long bytes, Runnable then) {
        onLoop(() -> limits.put(direction, new Limit(passed.getOrDefault(direction, 0L) + bytes, then)));
    }

    /** Resets all connections, towards both ends, and refuses new ones until {@link #heal}. */
    public synchronized void cut() {
        stopListening();
        onLoop(() -> {
            mode = Mode.CUT;
            resetAll();
        });
    }

    private void resetAll() {
        List.copyOf(connections).forEach(ProxiedConnection::reset);
    }

    /**
     * Keeps all connections and accepts new ones, but passes nothing in either direction, not even that one ended, until {@link
     * #heal}: then whatever waited goes on its way. What the kernel of an end has already got is delivered.
     */
    public synchronized void stall() {
        become(Mode.STALLED);
    }

    /** Ends a {@link #cut} or {@link #stall}; a delay stays. */
    public synchronized void heal() {
        become(Mode.PASSING);
    }

    /** How long everything that arrives from now on takes to pass, in each direction; at first no time. Order is kept. */
    public void delay(Duration inEachDirection) {
        onLoop(() -> delay = inEachDirection);
    }

    /** Resets all connections and gives the port back. */
    @Override
    public synchronized void close() {
        if (loop.isShuttingDown()) {
            return;
        }
        cut();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        port.close();
    }

    private void become(Mode next) {
        onLoop(() -> {
            mode = next;
            List.copyOf(connections).forEach(ProxiedConnection::advance);
        });
        if (listener == null) {
            listen();
        }
    }

    private void onLoop(Runnable work) {
        loop.submit(work).syncUninterruptibly();
    }

    // Accepting: on a thread that blocks, since only such a listener is gone at once when it is closed

    private void listen() {
        try {
            ServerSocketChannel opened = ServerSocketChannel.open();
            opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            opened.bind(address(), BACKLOG);
            listener = opened;
            acceptor = new Thread(
                    () -> acceptAll(opened), "fault-proxy-accept-" + address().getPort());
            acceptor.setDaemon(true);
            acceptor.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stopListening() {
        try {
            if (listener != null) {
                listener.close();
                listener = null;
                // While a thread still is in accept, the system still listens.
                acceptor.join();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + address() + " was closed", e);
        }
    }

    private void acceptAll(ServerSocketChannel from) {
        try {
            while (true) {
                SocketChannel accepted = from.accept();
                loop.execute(() -> accepted(accepted));
            }
        } catch (ClosedChannelException e) {
            // Cut, or over.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // The proxy's thread

    private void accepted(SocketChannel accepted) {
        NioSocketChannel client = new NioSocketChannel(accepted);
        configure(client);
        ProxiedConnection connection = new ProxiedConnection(this, client);
        client.pipeline().addLast(new End(connection));
        connections.add(connection);
        loop.register(client).addListener(registered -> {
            if (mode == Mode.CUT || !registered.isSuccess()) {
                connection.reset();
            } else {
                connection.advance();
            }
        });
    }

    private static void configure(NioSocketChannel channel) {
        channel.config()
                .setAutoRead(false)
                .setAllowHalfClosure(true)
                .setTcpNoDelay(true)
                .setAllocator(HEAP);
    }

    void connectToTarget(ProxiedConnection connection) {
        NioSocketChannel server = new NioSocketChannel();
        configure(server);
        new Bootstrap()
                .group(loop)
                .channelFactory(() -> server)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .handler(new End(connection))
                .connect(target.get())
                .addListener(connected -> {
                    if (connected.isSuccess()) {
                        connection.reached(server);
                    } else {
                        connection.reset();
                    }
                });
    }

    Mode mode() {
        return mode;
    }

    Duration delay() {
        return delay;
    }

    Optional<FrameListener> frames() {
        return frames;
    }

    void passed(Direction direction, int bytes) {
        long total = passed.merge(direction, (long) bytes, Long::sum);
        Limit limit = limits.get(direction);
        if (limit != null && total >= limit.passed()) {
            limits.remove(direction);
            loop.execute(limit.then());
        }
    }

    void ended(ProxiedConnection connection) {
        connections.remove(connection);
    }

    /** What one end of a connection says. */
    private static final class End extends ChannelInboundHandlerAdapter {
        private final ProxiedConnection connection;

        End(ProxiedConnection connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            connection.from(ctx.channel()).arrived((ByteBuf) bytes);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                connection.from(ctx.channel()).endArrived();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            connection.advance();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            connection.reset();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            connection.reset();
        }
    }
}
