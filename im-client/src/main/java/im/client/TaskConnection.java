package im.client;

import im.netlib.Connection;
import im.netlib.ReconnectingClient;

/**
 * A connection to a file-server that has taken a role in a task. It never comes back.
 *
 * @param client what made the connection; closing it sends what is queued and then ends the connection
 */
record TaskConnection(Connection connection, ReconnectingClient client) {
    /** Sends what is queued, then ends. */
    void end() {
        client.close();
    }
}
