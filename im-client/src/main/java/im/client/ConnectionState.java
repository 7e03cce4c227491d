package im.client;

/** What has become of the connection to the msg-server. */
public enum ConnectionState {
    /** Logged in. */
    CONNECTED,
    /** Lost; the client tries to get it back. Transfers under way go on. */
    RECONNECTING,
    /** Over for good: closed, kicked, refused, or lost by a client that does not reconnect. */
    CLOSED
}
