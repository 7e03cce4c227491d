package im.msg.session;

import im.msg.domain.ClientKind;
import im.netlib.Limits;
import im.netlib.Rates;
import java.time.Duration;

/**
 * What clients may use.
 *
 * @param maxFrame longest frame of a logged-in client, in bytes
 * @param maxFrameBeforeLogin of anybody else
 * @param idleBeforeLogin how long a connection may be silent before it is closed, and so on
 * @param timeToLogIn how long a connection may be without a user, silent or not
 * @param kickGrace how long a kicked client keeps its connection
 * @param rates how fast a client may send, logged in or not
 * @param maxRequests how many requests of one client may wait for other servers
 */
public record ClientLimits(
        int maxFrame,
        int maxFrameBeforeLogin,
        Duration idleBeforeLogin,
        Duration timeToLogIn,
        Duration idleDesktop,
        Duration idleMobile,
        Duration kickGrace,
        int maxRequests,
        Rates rates) {

    Limits beforeLogin() {
        return new Limits(maxFrameBeforeLogin, idleBeforeLogin, timeToLogIn, rates);
    }

    Limits afterLogin(ClientKind kind) {
        return new Limits(maxFrame, kind.isDesktop() ? idleDesktop : idleMobile, Duration.ZERO, rates);
    }
}
