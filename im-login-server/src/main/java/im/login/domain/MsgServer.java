package im.login.domain;

/**
 * A msg-server and how full it is, by its own account.
 *
 * @param hostName for logs only
 * @param connections users that it has, 0 or more; may be over the maximum
 * @param maxConnections users that it takes; 0 means that it takes none
 */
public record MsgServer(MsgServerAddress address, String hostName, long connections, long maxConnections) {
    public MsgServer {
        if (connections < 0 || maxConnections < 0) {
            throw new IllegalArgumentException(connections + " of " + maxConnections + " connections");
        }
    }

    boolean isFull() {
        return connections >= maxConnections;
    }

    /** From 0 to below 1 as long as it is not full; equal shares are equal numbers, whatever the maximum. */
    double load() {
        return (double) connections / maxConnections;
    }

    MsgServer withOneMore() {
        return new MsgServer(address, hostName, connections + 1, maxConnections);
    }

    /** A count below zero cannot be: whoever left had come before this server knew of it. */
    MsgServer withOneLess() {
        return new MsgServer(address, hostName, Math.max(0, connections - 1), maxConnections);
    }
}
