package im.msg.session;

import im.msg.domain.Presence;
import im.msg.domain.UserId;
import im.netlib.ProtocolViolation;
import im.proto.Commands;
import im.proto.base.UserStat;
import im.proto.buddy.IMUsersStatReq;
import im.proto.buddy.IMUsersStatRsp;

/** What clients ask about other users that this server knows itself. */
public final class BuddyCommands {
    /** More would make an answer that is longer than the frames that clients take. */
    private static final int MAX_USERS_ASKED_FOR = 20_000;

    private final Presence presence;

    public BuddyCommands(Presence presence) {
        this.presence = presence;
    }

    /** Answered with what clients here were told, so that answers and news never contradict each other. */
    void onUsersStatus(UserSession session, IMUsersStatReq request, int seq) {
        if (request.getUserIdListCount() > MAX_USERS_ASKED_FOR) {
            throw new ProtocolViolation("asks for the status of " + request.getUserIdListCount() + " users");
        }
        IMUsersStatRsp.Builder answer =
                IMUsersStatRsp.newBuilder().setUserId(session.user().value());
        for (int user : request.getUserIdListList()) {
            answer.addUserStatList(UserStat.newBuilder()
                    .setUserId(user)
                    .setStatus(UserSession.status(presence.isOnline(new UserId(user)))));
        }
        session.reply(Commands.BUDDY_LIST_USERS_STATUS_RESPONSE, seq, answer.build());
    }
}
