package im.launcher;

import java.util.Optional;

/**
 * How many servers of each kind a stack has. There is one db-proxy; a login-server belongs to whatever has more than one msg-server.
 *
 * @param routeServers 0 for a single msg-server, or with Redis
 * @param redis where a Redis is that makes the msg-servers one, {@code redis://HOST:PORT}; the stack does not start it
 */
public record Topology(int msgServers, int fileServers, int routeServers, Optional<String> redis) {
    /** One of each that a file needs. */
    public static final Topology SMALLEST = new Topology(1, 1, 0, Optional.empty());

    public Topology {
        if (msgServers < 1 || fileServers < 1 || routeServers < 0) {
            throw new IllegalArgumentException("want at least one msg-server and one file-server");
        }
        if (msgServers > 1 && routeServers == 0 && redis.isEmpty()) {
            throw new IllegalArgumentException("several msg-servers want a route-server or a Redis to be one");
        }
        if (routeServers > 0 && redis.isPresent()) {
            throw new IllegalArgumentException(
                    "with Redis there is nothing for a route-server to do: leave one of them out");
        }
    }

    boolean hasLoginServer() {
        return msgServers > 1 || routeServers > 0;
    }
}
