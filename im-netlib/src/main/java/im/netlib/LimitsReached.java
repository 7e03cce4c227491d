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
        CONNECTIONS_PER_ADDRESS
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
