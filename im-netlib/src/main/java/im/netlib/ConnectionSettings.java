package im.netlib;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How the connections of one port, or of one link, behave.
 *
 * @param heartbeatEvery after how long without sending a heartbeat goes out; zero means that this side sends none of its own and
 *     echoes the peer's, as servers do for clients
 * @param maxOutboundBytes how much may wait for a peer that reads slowly before it is cut off
 * @param stallLimit how long such a peer may read nothing at all
 * @param lingerLimit how long a peer may take to read the rest and end its side after we ended ours
 * @param tls what protects them
 */
public record ConnectionSettings(
        Duration heartbeatEvery, int maxOutboundBytes, Duration stallLimit, Duration lingerLimit, Tls tls) {
    private static final String IDLE = "idle";
    private static final int DEFAULT_MAX_OUTBOUND_BYTES = 16 << 20;
    /** Some MiB may still lie in the kernel when we have ended our side, and are lost if the peer talks to a closed socket. */
    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

    /** For a port that clients connect to: heartbeats are echoed. */
    public static ConnectionSettings forClients() {
        return forLinks(Duration.ZERO);
    }

    /** For a link between servers, or from a client to a server: heartbeats are sent, and swallowed. */
    public static ConnectionSettings forLinks(Duration heartbeatEvery) {
        return new ConnectionSettings(
                heartbeatEvery, DEFAULT_MAX_OUTBOUND_BYTES, DEFAULT_PATIENCE, DEFAULT_PATIENCE, Tls.none());
    }

    /** The same, protected by this. */
    public ConnectionSettings with(Tls protection) {
        return new ConnectionSettings(heartbeatEvery, maxOutboundBytes, stallLimit, lingerLimit, protection);
    }

    boolean echoesHeartbeats() {
        return heartbeatEvery.isZero();
    }

    /** Puts the idle limit of a new role in the place of the old one's. */
    void installIdleLimit(ChannelPipeline pipeline, Duration idle) {
        if (pipeline.get(IDLE) != null) {
            pipeline.remove(IDLE);
        }
        IdleStateHandler limit =
                new IdleStateHandler(idle.toMillis(), heartbeatEvery.toMillis(), 0, TimeUnit.MILLISECONDS);
        if (echoesHeartbeats()) {
            // Behind the decoder it sees whole frames only: a client that gives a byte now and then is as good as
            // silent.
            pipeline.addBefore(pipeline.context(ConnectionHandler.class).name(), IDLE, limit);
        } else {
            pipeline.addFirst(IDLE, limit);
        }
    }
}
