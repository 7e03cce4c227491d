package im.netlib;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often the peers of a port ran into each of its limits. Thread-safe. */
public final class LimitsReached {
    /** What there may be only so much of. */
    public enum Limit {
        /** Connections of a port, from anywhere. */
        CONNECTIONS,
        /** Connections from one address. */
        CONNECTIONS_PER_ADDRESS,
        /** Time in a role that is to be left, such as that of somebody who has not logged in. */
        STAY,
        /** Time without a whole frame. */
        IDLE,
        /** Length of a frame. */
        FRAME,
        /** Bytes that wait for a peer that does not read, and how long they do. */
        UNREAD,
        /** Requests of one peer that wait for other servers. */
        REQUESTS,
        /** Wrong passwords from one address for one user. */
        LOGINS_PER_PAIR,
        /** Wrong passwords from one address. */
        LOGINS_PER_ADDRESS,
        /** Frames of one connection. */
        FRAMES_PER_SECOND,
        /** Bytes of one connection. */
        BYTES_PER_SECOND,
        /** Requests by HTTP from one address. */
        REQUESTS_PER_ADDRESS,
        /** Of buffers, of all connections together. */
        MEMORY
    }

    private final Map<Limit, LongAdder> counts = new EnumMap<>(Limit.class);

    public LimitsReached() {
        for (Limit limit : Limit.values()) {
            counts.put(limit, new LongAdder());
        }
    }

    /** Once more. */
    public void reached(Limit limit) {
        counts.get(limit).increment();
    }

    /** How often so far. */
    public long count(Limit limit) {
        return counts.get(limit).sum();
    }
}
