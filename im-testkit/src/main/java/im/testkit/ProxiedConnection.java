package im.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** One connection through a {@link FaultProxy}, both ways. On the proxy's thread. */
final class ProxiedConnection {
    private static final int MAX_WAITING_BYTES = 1 << 20;
    /** Enough for a delay not to slow down whoever sends ahead. */
    private static final int MAX_DELAYED_BYTES = 4 << 20;

    private final FaultProxy proxy;
    private final NioSocketChannel client;
    private final Flow toServer;
    private final Flow toClient;
    private NioSocketChannel server;
    private boolean connecting;
    private boolean over;

    ProxiedConnection(FaultProxy proxy, NioSocketChannel client) {
        this.proxy = proxy;
        this.client = client;
        this.toServer = new Flow(FaultProxy.Direction.TO_TARGET);
        this.toClient = new Flow(FaultProxy.Direction.TO_CLIENTS);
        toServer.from = client;
        toClient.to = client;
    }

    Flow from(Channel end) {
        return end == client ? toServer : toClient;
    }

    void reached(NioSocketChannel target) {
        server = target;
        if (over) {
            reset(target);
            return;
        }
        toServer.to = target;
        toClient.from = target;
        advance();
    }

    /** Does what may be done now. */
    void advance() {
        if (over) {
            return;
        }
        if (!connecting && proxy.mode() == FaultProxy.Mode.PASSING) {
            connecting = true;
            proxy.connectToTarget(this);
        }
        toServer.advance();
        toClient.advance();
        if (toServer.ended && toClient.ended) {
            end();
            client.close();
            server.close();
        }
    }

    /** Ends it as if a machine had gone down: what waits here is lost. */
    void reset() {
        if (!over) {
            end();
            reset(client);
            if (server != null) {
                reset(server);
            }
        }
    }

    private static void reset(NioSocketChannel end) {
        if (end.isOpen()) {
            end.config().setSoLinger(0);
            end.close();
        }
    }

    private void end() {
        over = true;
        toServer.drop();
        toClient.drop();
        proxy.ended(this);
    }

    /** What arrived and when it may go on. The end of a stream is no bytes. */
    private record Waiting(ByteBuf bytes, long due) {}

    /** One direction. */
    final class Flow {
        private final FaultProxy.Direction direction;
        private final Queue<Waiting> queue = new ArrayDeque<>();
        private final FrameHeads heads = new FrameHeads();
        private NioSocketChannel from;
        private NioSocketChannel to;
        private int waitingBytes;
        private boolean scheduled;
        private boolean ended;

        Flow(FaultProxy.Direction direction) {
            this.direction = direction;
        }

        void arrived(ByteBuf bytes) {
            if (over) {
                bytes.release();
                return;
            }
            queue.add(new Waiting(bytes, System.nanoTime() + proxy.delay().toNanos()));
            waitingBytes += bytes.readableBytes();
            ProxiedConnection.this.advance();
        }

        void endArrived() {
            arrived(Unpooled.EMPTY_BUFFER);
        }

        private void advance() {
            boolean passing = proxy.mode() == FaultProxy.Mode.PASSING;
            // One moment for both questions: what becomes due in between would wait for ever.
            long now = System.nanoTime();
            while (passing && to != null && to.isWritable() && !queue.isEmpty() && isDue(queue.element(), now)) {
                pass(queue.remove().bytes());
            }
            if (passing && to != null && !queue.isEmpty() && !scheduled && !isDue(queue.element(), now)) {
                scheduled = true;
                to.eventLoop().schedule(this::becameDue, queue.element().due() - now, TimeUnit.NANOSECONDS);
            }
            if (from != null) {
                int max = proxy.delay().isZero() ? MAX_WAITING_BYTES : MAX_DELAYED_BYTES;
                from.config().setAutoRead(passing && waitingBytes < max);
            }
        }

        private static boolean isDue(Waiting next, long now) {
            return next.due() - now <= 0;
        }

        private void becameDue() {
            scheduled = false;
            ProxiedConnection.this.advance();
        }

        private void pass(ByteBuf bytes) {
            boolean isEnd = !bytes.isReadable();
            waitingBytes -= bytes.readableBytes();
            proxy.passed(direction, bytes.readableBytes());
            proxy.frames().ifPresent(frames -> heads.feed(bytes, id -> frames.frame(direction, id)));
            to.writeAndFlush(bytes).addListener(written -> {
                if (isEnd && !over) {
                    to.shutdownOutput();
                    ended = true;
                    ProxiedConnection.this.advance();
                }
            });
        }

        private void drop() {
            queue.forEach(waiting -> waiting.bytes().release());
            queue.clear();
        }
    }
}
