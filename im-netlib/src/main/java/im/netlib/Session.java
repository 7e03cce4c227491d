package im.netlib;

/** Who is on a connection, in its present role. All calls come on the connection's event loop. */
public interface Session {
    /** Who it is, for log lines about the connection; empty when there is nothing to say. */
    default String describe() {
        return "";
    }

    /** The connection is gone. Called once, on the session that was in place then. */
    default void onClosed() {}

    /** The peer reads too slowly ({@code false}) or has caught up ({@code true}). */
    default void onWritabilityChanged(boolean writable) {}
}
