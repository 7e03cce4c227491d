package im.msg.session;

import im.netlib.Connection;
import im.netlib.Session;

/** A connection on which nobody has logged in yet. Event loop only. */
final class LoginSession implements Session {
    private final Connection connection;
    private final PendingRequests pending;
    private boolean validating;

    LoginSession(Connection connection) {
        this.connection = connection;
        this.pending = new PendingRequests(connection, 1);
    }

    Connection connection() {
        return connection;
    }

    PendingRequests pending() {
        return pending;
    }

    /** @return false when a login is under way already */
    boolean startValidating() {
        boolean first = !validating;
        validating = true;
        return first;
    }
}
