package im.msg.session;

import im.msg.domain.Presence;
import im.proto.Commands;
import im.proto.login.IMKickPCClientReq;
import im.proto.login.IMKickPCClientRsp;
import im.proto.login.IMLogoutReq;
import im.proto.login.IMLogoutRsp;
import im.proto.message.IMClientTimeReq;
import im.proto.message.IMClientTimeRsp;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client does with its own session. */
public final class SessionCommands {
    private static final Logger log = LoggerFactory.getLogger(SessionCommands.class);
    private static final int DONE = 0;
    private static final int REFUSED = 1;

    private final Presence presence;
    private final Clock clock;

    public SessionCommands(Presence presence, Clock clock) {
        this.presence = presence;
        this.clock = clock;
    }

    void onLogout(UserSession session, IMLogoutReq request, int seq) {
        log.info("{}: logs out", session);
        session.reply(
                Commands.LOGIN_RES_LOGINOUT,
                seq,
                IMLogoutRsp.newBuilder().setResultCode(DONE).build());
        session.logOut();
    }

    void onKickOwnDesktop(UserSession session, IMKickPCClientReq request, int seq) {
        boolean allowed = session.kind().isMobile();
        if (allowed) {
            presence.kickDesktopOf(session.user());
        }
        session.reply(
                Commands.LOGIN_RES_KICKPCCLIENT,
                seq,
                IMKickPCClientRsp.newBuilder()
                        .setUserId(session.user().value())
                        .setResultCode(allowed ? DONE : REFUSED)
                        .build());
    }

    void onTimeRequest(UserSession session, IMClientTimeReq request, int seq) {
        session.reply(
                Commands.MSG_TIME_RESPONSE,
                seq,
                IMClientTimeRsp.newBuilder()
                        .setServerTime((int) clock.instant().getEpochSecond())
                        .build());
    }
}
