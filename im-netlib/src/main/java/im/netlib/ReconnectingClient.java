package im.netlib;

import com.google.common.net.HostAndPort;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to one server: connects, shakes hands, and starts again with a growing delay whenever that fails or the
 * connection ends, until it is closed. It is READY only after the handshake.
 *
 * <p>Everything happens on one event loop; the public methods work from any thread.
 */
public final class ReconnectingClient implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReconnectingClient.class);
    private static final long WARN_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    /** Where it is in the life of its connection. Requests may be sent when it is READY, and CLOSED is for ever. */
    public enum State {
        IDLE,
        CONNECTING,
        HANDSHAKING,
        READY,
        BACKOFF,
        CLOSED
    }

    private static final Map<State, Set<State>> SUCCESSORS = Map.of(
            State.IDLE, EnumSet.of(State.CONNECTING, State.CLOSED),
            State.CONNECTING, EnumSet.of(State.HANDSHAKING, State.BACKOFF, State.CLOSED),
            State.HANDSHAKING, EnumSet.of(State.READY, State.BACKOFF, State.CLOSED),
            State.READY, EnumSet.of(State.BACKOFF, State.CLOSED),
            State.BACKOFF, EnumSet.of(State.CONNECTING, State.CLOSED),
            State.CLOSED, EnumSet.noneOf(State.class));

    /** What makes a connection more than connected. */
    public interface Handshake {
        /**
         * Gives the connection its role and says hello. Runs on the event loop before anything is read.
         *
         * @param ready to be run, on the event loop, once requests may be sent
         */
        void begin(Connection connection, Runnable ready);
    }

    /**
     * @param connectTimeout for TCP
     * @param handshakeTimeout from connected to READY
     * @param backoff between attempts
     */
    public record Timing(Duration connectTimeout, Duration handshakeTimeout, Backoff backoff) {}

    private final String name;
    private final AddressSource addresses;
    private final EventLoop loop;
    private final Timing timing;
    private final ConnectionSettings settings;
    private final Handshake handshake;
    private final Consumer<State> onStateChange;
    private volatile State state = State.IDLE;
    private volatile Connection connection;
    private volatile String lastFailure = "";
    private volatile long losses;
    private int failures;
    private long warnedAt = System.nanoTime() - WARN_EVERY_NANOS;

    /**
     * @param name of the remote, in logs
     * @param loop also runs the callbacks
     * @param onStateChange told of every new state, on the event loop
     */
    public ReconnectingClient(
            String name,
            AddressSource addresses,
            EventLoop loop,
            Timing timing,
            ConnectionSettings settings,
            Handshake handshake,
            Consumer<State> onStateChange) {
        this.name = name;
        this.addresses = addresses;
        this.loop = loop;
        this.timing = timing;
        this.settings = settings;
        this.handshake = handshake;
        this.onStateChange = onStateChange;
    }

    /** Starts connecting. Once. */
    public void start() {
        loop.execute(this::connect);
    }

    public State state() {
        return state;
    }

    public EventLoop loop() {
        return loop;
    }

    /** Why the last attempt failed, or the last connection ended; empty before that. For people. */
    public String lastFailure() {
        return lastFailure;
    }

    /** How often it was READY and lost its connection. */
    public long losses() {
        return losses;
    }

    /** The connection, if requests may be sent now. */
    public Optional<Connection> ready() {
        Connection current = connection;
        return state == State.READY ? Optional.ofNullable(current) : Optional.empty();
    }

    private void connect() {
        if (!transition(State.CONNECTING)) {
            return;
        }
        addresses
                .next()
                .whenComplete((address, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        connectTo(address);
                    } else {
                        lost(failure.getMessage());
                    }
                }));
    }

    private void connectTo(HostAndPort address) {
        PduClient.connect(
                address,
                loop,
                timing.connectTimeout(),
                settings,
                this::connected,
                failure -> lost(failure.getMessage()));
    }

    private void connected(Connection fresh) {
        if (!transition(State.HANDSHAKING)) {
            fresh.close("client closed");
            return;
        }
        connection = fresh;
        fresh.closed().addListener(closed -> lost(state == State.HANDSHAKING ? "no handshake" : "connection ended"));
        loop.schedule(
                () -> {
                    if (state == State.HANDSHAKING && connection == fresh) {
                        fresh.close("no handshake within " + timing.handshakeTimeout());
                    }
                },
                timing.handshakeTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
        handshake.begin(fresh, () -> shaken(fresh));
    }

    private void shaken(Connection fresh) {
        if (connection == fresh && transition(State.READY)) {
            failures = 0;
            log.info("{}: ready at {}", name, addresses);
        }
    }

    private void lost(String reason) {
        boolean wasReady = state == State.READY;
        connection = null;
        lastFailure = reason;
        if (!transition(State.BACKOFF)) {
            return;
        }
        if (wasReady) {
            losses = losses + 1;
        }
        warn(wasReady, reason);
        Duration delay = timing.backoff().delay(failures++, ThreadLocalRandom.current());
        loop.schedule(this::connect, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** That a server has gone is always said, but one that stays away must not fill the log. */
    private void warn(boolean wasReady, String reason) {
        long now = System.nanoTime();
        if (wasReady || now - warnedAt >= WARN_EVERY_NANOS) {
            warnedAt = now;
            log.warn("{}: {} ({}): {}; trying again", name, wasReady ? "lost" : "cannot connect", addresses, reason);
        }
    }

    /** The only place that changes the state. CLOSED is for ever: false, and nothing has happened, when already there. */
    private boolean transition(State next) {
        assert loop.inEventLoop();
        if (state == State.CLOSED) {
            return false;
        }
        if (!SUCCESSORS.get(state).contains(next)) {
            throw new IllegalStateException(name + ": " + state + " -> " + next);
        }
        state = next;
        try {
            onStateChange.accept(next);
        } catch (RuntimeException e) {
            log.error("{}: a bug in whoever was told of {}", name, next, e);
        }
        return true;
    }

    /** Ends the connection, after what is queued, and never connects again. */
    @Override
    public void close() {
        loop.execute(() -> {
            Connection last = connection;
            if (transition(State.CLOSED) && last != null) {
                last.closeAfterFlush("client closed");
            }
        });
    }

    @Override
    public String toString() {
        return name + " " + addresses + " " + state;
    }
}
