package im.msg.session;

import im.msg.domain.ClientKind;
import im.netlib.Limits;
import java.time.Duration;

/**
 * What clients may use.
 *
 * @param maxFrame longest frame of a logged-in client, in bytes
 * @param maxFrameBeforeLogin of anybody else
 * @param idleBeforeLogin how long a connection may be silent before it is closed, and so on
 * @param kickGrace how long a kicked client keeps its connection
 * @param maxRequests how many requests of one client may wait for other servers
 */
public record ClientLimits(
        int maxFrame,
        int maxFrameBeforeLogin,
        Duration idleBeforeLogin,
        Duration idleDesktop,
        Duration idleMobile,
        Duration kickGrace,
        int maxRequests) {

    Limits beforeLogin() {
        return new Limits(maxFrameBeforeLogin, idleBeforeLogin);
    }

    Limits afterLogin(ClientKind kind) {
        return new Limits(maxFrame, kind.isDesktop() ? idleDesktop : idleMobile);
    }
}
