package im.netlib;

/** A typed remote: one server at the other end of a connection that comes back by itself. Thread-safe. */
public interface Link {
    /** True when requests may be sent. It can be false by the time that one is. */
    boolean isReady();

    /** How often it was ready and lost its connection, each time to come back. */
    long losses();

    /** How many requests wait for its answers; 0 of one that is only told things. */
    default int waiting() {
        return 0;
    }

    /** How many requests were not sent because too many waited. */
    default long refused() {
        return 0;
    }
}
