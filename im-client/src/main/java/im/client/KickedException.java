package im.client;

import im.proto.base.KickReasonType;
import java.io.IOException;

/** The msg-server ended the session: the user logged in somewhere else. */
public final class KickedException extends IOException {
    private final KickReasonType kickReason;

    public KickedException(KickReasonType kickReason) {
        super(
                kickReason == KickReasonType.KICK_REASON_MOBILE_KICK
                        ? "logged out by the user's own mobile client"
                        : "the same user logged in somewhere else");
        this.kickReason = kickReason;
    }

    public KickReasonType kickReason() {
        return kickReason;
    }
}
