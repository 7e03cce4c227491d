package im.launcher;

/**
 * How many servers of each kind a stack has. There is one db-proxy; a login-server belongs to whatever has more than one msg-server.
 *
 * @param routeServers 0 only for a single msg-server
 */
public record Topology(int msgServers, int fileServers, int routeServers) {
    /** One of each that a file needs. */
    public static final Topology SMALLEST = new Topology(1, 1, 0);

    public Topology {
        if (msgServers < 1 || fileServers < 1 || routeServers < 0) {
            throw new IllegalArgumentException("want at least one msg-server and one file-server");
        }
        if (msgServers > 1 && routeServers == 0) {
            throw new IllegalArgumentException("several msg-servers want a route-server to be one");
        }
    }

    boolean hasLoginServer() {
        return msgServers > 1 || routeServers > 0;
    }
}
