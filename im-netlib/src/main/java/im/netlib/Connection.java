package im.netlib;

import com.google.protobuf.MessageLite;
import im.netlib.LimitsReached.Limit;
import im.proto.Command;
import im.proto.Commands;
import im.proto.other.IMHeartBeat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCounted;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: what may be sent on it, the role its peer is in, and the only way it ends.
 *
 * <p>Sending and closing work from any thread; the rest belongs to the event loop. Whatever was sent before
 * {@link #closeAfterFlush} reaches a peer that keeps reading; a peer that does not read is cut off when it makes no progress for
 * {@link ConnectionSettings#stallLimit()} or lets more than {@link ConnectionSettings#maxOutboundBytes()} pile up.
 */
public final class Connection {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    private static final AtomicLong IDS = new AtomicLong();
    /** What Netty answers when the channel is closed, which the write itself finds out. */
    private static final long NO_QUEUE = Long.MAX_VALUE;

    private final long id = IDS.incrementAndGet();
    private final Channel channel;
    private final ConnectionSettings settings;
    private final FrameDecoder decoder;
    private final Consumer<Limit> limitReached;
    private final Intake intake;
    private Role<?> role =
            new Role<>(Router.<Session>forRole("peer without a role").strict().build(), new Session() {});
    private volatile boolean doesNotRead;
    private boolean closing;
    private boolean reset;
    private final Promise<Void> sessionEnded;
    /** True once nothing more will be sent. */
    private boolean drained;
    /** How many writes are over. */
    private long written;

    /** Told of each write that is over, and of those that TLS makes of them. */
    final ChannelFutureListener countWrite = done -> written++;

    private ScheduledFuture<?> stallWatch;
    /** Ends a stay in a role that may not be kept; null in others. */
    private ScheduledFuture<?> stayLimit;

    /** How far the outbound bytes have got; it changes when some of them leave, and only then. */
    private record Progress(long written, long ofNext) {}

    private record Role<S extends Session>(Router<S> router, S session) {
        void route(Pdu pdu) {
            router.route(session, pdu);
        }
    }

    /** @param limitReached told of every limit that the peer runs into, from any thread */
    Connection(
            Channel channel,
            ConnectionSettings settings,
            FrameDecoder decoder,
            Intake intake,
            Consumer<Limit> limitReached) {
        this.limitReached = limitReached;
        this.intake = intake;
        this.channel = channel;
        this.settings = settings;
        this.decoder = decoder;
        this.sessionEnded = channel.eventLoop().newPromise();
    }

    /** Unique in this process; for logs. */
    public long id() {
        return id;
    }

    public EventLoop loop() {
        return channel.eventLoop();
    }

    /** The address of this side. */
    public SocketAddress localAddress() {
        return channel.localAddress();
    }

    public SocketAddress remoteAddress() {
        return channel.remoteAddress();
    }

    /** From now on the peer may send what {@code router} lists, on behalf of {@code session}, within {@code limits}. Nothing happens to a connection that has gone. Event loop only. */
    public <S extends Session> void become(Router<S> router, S session, Limits limits) {
        assert loop().inEventLoop();
        if (sessionEnded.isDone()) {
            return;
        }
        role = new Role<>(router, session);
        decoder.maxFrameLength(limits.maxFrameLength());
        settings.installIdleLimit(channel.pipeline(), limits.idle());
        limitStay(limits.stay());
        limitRates(limits.rates());
    }

    private void limitRates(Rates rates) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(Throttle.class) != null) {
            pipeline.remove(Throttle.class);
        }
        if (!rates.equals(Rates.UNLIMITED)) {
            pipeline.addBefore(
                    pipeline.context(ConnectionHandler.class).name(),
                    null,
                    new Throttle(rates, loop(), intake, limitReached));
        }
    }

    private void limitStay(Duration stay) {
        forgetStay();
        if (!stay.isZero()) {
            stayLimit = loop().schedule(
                            () -> {
                                if (!closing) {
                                    limitReached.accept(Limit.STAY);
                                    log.info("{}: closed: still that after {}", this, stay);
                                    close("stays for too long");
                                }
                            },
                            stay.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void forgetStay() {
        if (stayLimit != null) {
            stayLimit.cancel(false);
            stayLimit = null;
        }
    }

    /** Sends a PDU that this server originates: its sequence number is 0. */
    public <M extends MessageLite> void send(Command<M> command, M message) {
        send(command, 0, message);
    }

    /** Sends a reply: {@code seq} is the request's. */
    public <M extends MessageLite> void send(Command<M> command, int seq, M message) {
        write(PduEncoding.encode(channel.alloc(), command, seq, message));
    }

    /** Sends a message of the same command as a PDU of another connection, under a header that differs from its in length and sequence number only. */
    public void sendAs(Pdu form, int seq, MessageLite message) {
        write(PduEncoding.encodeAs(channel.alloc(), form, seq, message));
    }

    /** Sends a PDU of another connection, byte for byte. */
    public ChannelFuture forward(Pdu pdu) {
        return write(pdu.frame().retainedDuplicate());
    }

    /** Sends a PDU of another connection with another sequence number, which it keeps. */
    public ChannelFuture forward(Pdu pdu, int seq) {
        pdu.setSeq(seq);
        return forward(pdu);
    }

    /** For encoding what goes to {@link #write(ByteBuf)}. */
    public ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /** Sends whole frames; the buffer is given away. The future succeeds when the bytes are in the kernel. */
    public ChannelFuture write(ByteBuf frames) {
        if (tooMuchQueued()) {
            frames.release();
            return channel.newFailedFuture(new IOException("the peer does not read"));
        }
        return channel.writeAndFlush(frames).addListener(countWrite);
    }

    /**
     * Sends a frame whose end is a {@link io.netty.channel.FileRegion}, if {@link #takesRegions}, or a buffer; both are given away. Event
     * loop only: nothing may come between the two.
     */
    public ChannelFuture write(ByteBuf head, ReferenceCounted rest) {
        assert loop().inEventLoop();
        if (tooMuchQueued()) {
            head.release();
            rest.release();
            return channel.newFailedFuture(new IOException("the peer does not read"));
        }
        channel.write(head).addListener(countWrite);
        return channel.writeAndFlush(rest).addListener(countWrite);
    }

    /** False when all that is sent has to go through memory, as TLS wants it. */
    public boolean takesRegions() {
        return !settings.tls().isOn();
    }

    private boolean tooMuchQueued() {
        // TLS throws away what waits as soon as the end has begun, and would take more until it is over.
        if (doesNotRead) {
            return true;
        }
        long excess = channel.isWritable() ? 0 : channel.bytesBeforeWritable();
        if (excess < settings.maxOutboundBytes() || excess == NO_QUEUE) {
            return false;
        }
        doesNotRead = true;
        limitReached.accept(Limit.UNREAD);
        abort("does not read: more than " + settings.maxOutboundBytes() + " bytes wait for it");
        return true;
    }

    /** Counts that the peer has run into a limit that is not this connection's own. From any thread. */
    public void ranInto(Limit limit) {
        limitReached.accept(limit);
    }

    /** False while the peer reads more slowly than it is sent to. */
    public boolean isWritable() {
        return channel.isWritable();
    }

    /** Stops or goes on taking bytes from the peer, who will then notice through TCP. */
    public void readFrom(boolean reading) {
        if (reading) {
            intake.goOn(Intake.Stop.SESSION);
        } else {
            intake.stop(Intake.Stop.SESSION);
        }
    }

    /**
     * Sends what is queued, then ends the connection from our side, lets the peer end its own and closes. Input is thrown away
     * from now on: closing a socket with unread input would make the kernel drop what the peer has not read yet.
     */
    public void closeAfterFlush(String reason) {
        onLoop(() -> {
            if (startClosing()) {
                log.debug("{}: closing after flush: {}", this, reason);
                intake.always();
                watchForStall();
                // Netty makes an exception when the output ends. From the event loop itself the stack that it takes
                // down is short.
                channel.writeAndFlush(channel.alloc().buffer(0)).addListener(flushed -> loop().execute(this::linger));
            }
        });
    }

    private void linger() {
        stopWatching();
        if (!channel.isActive()) {
            channel.close();
            return;
        }
        Tls.shutdownOutput(channel);
        ScheduledFuture<?> limit = loop().schedule(
                        () -> {
                            reset |= channel.isActive();
                            channel.close();
                        },
                        settings.lingerLimit().toMillis(),
                        TimeUnit.MILLISECONDS);
        // Else every connection that has ended would stay in memory until then.
        channel.closeFuture().addListener(closed -> limit.cancel(false));
    }

    /** Ends the connection because of its peer: one line at WARN, nothing more is sent. */
    public void abort(String reason) {
        onLoop(() -> {
            if (startClosing()) {
                log.warn("{}: closed: {}", this, reason);
                channel.close();
            }
        });
    }

    private void fail(Throwable bug) {
        log.error("{}: closed because of a bug", this, bug);
        if (startClosing()) {
            channel.close();
        }
    }

    /** Ends the connection at once, for a reason that is nobody's fault. */
    public void close(String reason) {
        onLoop(() -> {
            if (startClosing()) {
                log.debug("{}: closed: {}", this, reason);
            }
            channel.close();
        });
    }

    /** Runs what follows from an answer of another server, on the event loop; what it throws ends this connection, as in a handler. */
    public void execute(Runnable task) {
        loop().execute(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                caught(e);
            }
        });
    }

    /** True once it was decided to end the connection: nothing of the peer is handled any more. Event loop only. */
    public boolean isClosing() {
        return closing;
    }

    /** True when the peer, or the network, ended the connection without order, or not at all after this side had. Event loop only. */
    public boolean wasReset() {
        return reset;
    }

    /** Completes when the connection is gone, for whatever reason. */
    public ChannelFuture closed() {
        return channel.closeFuture();
    }

    /** Completes a moment after {@link #closed}: when the session has heard of it too. */
    Future<Void> sessionEnded() {
        return sessionEnded;
    }

    private boolean startClosing() {
        if (closing) {
            return false;
        }
        closing = true;
        return true;
    }

    private void onLoop(Runnable task) {
        if (loop().inEventLoop()) {
            task.run();
        } else {
            loop().execute(task);
        }
    }

    // What follows is called by ConnectionHandler, on the event loop.

    void received(Pdu pdu) {
        if (closing) {
            return;
        }
        if (pdu.commandId() == Commands.OTHER_HEARTBEAT.commandId()) {
            if (settings.echoesHeartbeats()) {
                forward(pdu);
            }
            return;
        }
        role.route(pdu);
    }

    void caught(Throwable cause) {
        if (cause instanceof ProtocolViolation violation) {
            violation.limit().ifPresent(limitReached);
            abort(violation.getMessage());
        } else if (Tls.reason(cause).isPresent()) {
            abort(Tls.reason(cause).get());
        } else if (cause instanceof IOException) {
            reset = true;
            close(cause.getMessage());
        } else {
            fail(cause);
        }
    }

    void resetByPeer() {
        reset = true;
    }

    void sendHeartbeat() {
        send(Commands.OTHER_HEARTBEAT, IMHeartBeat.getDefaultInstance());
    }

    /**
     * The peer was silent for its limit; its own fault only while it is listened to. But when there is no memory to listen to it, it may as
     * well go: it may be the one that holds what all are waiting for.
     */
    void idle() {
        if (!closing && !intake.isStoppedFor(Intake.Stop.SESSION) && !intake.isStoppedFor(Intake.Stop.RATE)) {
            limitReached.accept(Limit.IDLE);
            log.info("{}: closed: silent for too long", this);
            close("silent for too long");
        }
    }

    void writabilityChanged() {
        watchForStall();
        role.session().onWritabilityChanged(channel.isWritable());
    }

    void ended() {
        closing = true;
        stopWatching();
        forgetStay();
        role.session().onClosed();
    }

    /** The last that happens. */
    void removed() {
        sessionEnded.setSuccess(null);
    }

    /** Looks once per stall limit whether the bytes on their way out have moved, for as long as there are many of them. */
    private void watchForStall() {
        if (stallWatch == null && waitsForPeer()) {
            Progress before = progress();
            stallWatch = loop().schedule(
                            () -> {
                                stallWatch = null;
                                if (!progress().equals(before)) {
                                    watchForStall();
                                } else if (waitsForPeer()) {
                                    limitReached.accept(Limit.UNREAD);
                                    log.warn("{}: cut off: has read nothing for {}", this, settings.stallLimit());
                                    closing = true;
                                    reset = true;
                                    channel.close();
                                }
                            },
                            settings.stallLimit().toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private boolean waitsForPeer() {
        return !drained && (closing || !channel.isWritable());
    }

    private void stopWatching() {
        drained = true;
        if (stallWatch != null) {
            stallWatch.cancel(false);
        }
    }

    private Progress progress() {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        return new Progress(written, queue == null ? 0 : queue.currentProgress());
    }

    @Override
    public String toString() {
        String who = role.session().describe();
        return role.router() + " #" + id + " " + channel.remoteAddress() + (who.isEmpty() ? "" : " (" + who + ")");
    }
}
