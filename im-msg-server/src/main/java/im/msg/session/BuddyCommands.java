package im.msg.session;

import com.google.common.base.Throwables;
import im.msg.domain.Presence;
import im.msg.domain.UserId;
import im.netlib.ProtocolViolation;
import im.proto.Commands;
import im.proto.base.UserStat;
import im.proto.buddy.IMAllUserReq;
import im.proto.buddy.IMAllUserRsp;
import im.proto.buddy.IMUsersStatReq;
import im.proto.buddy.IMUsersStatRsp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients ask about other users. */
public final class BuddyCommands {
    private static final Logger log = LoggerFactory.getLogger(BuddyCommands.class);

    /** More would make an answer that is longer than the frames that clients take. */
    private static final int MAX_USERS_ASKED_FOR = 20_000;

    private final Presence presence;
    private final UserDirectory directory;

    public BuddyCommands(Presence presence, UserDirectory directory) {
        this.presence = presence;
        this.directory = directory;
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

    void onAllUsers(UserSession session, IMAllUserReq request, int seq) {
        session.pending().requireRoom();
        session.pending()
                .await(
                        directory.usersChangedSince(session.user().value(), request.getLatestUpdateTime()),
                        (changed, failure) -> {
                            if (failure != null) {
                                // The answer has no word for "not now"; an empty one would say that nobody changed.
                                log.warn(
                                        "{}: its list of users is not answered: {}",
                                        session,
                                        Throwables.getRootCause(failure).toString());
                                return;
                            }
                            session.reply(
                                    Commands.BUDDY_LIST_ALL_USER_RESPONSE,
                                    seq,
                                    IMAllUserRsp.newBuilder()
                                            .setUserId(session.user().value())
                                            .setLatestUpdateTime(changed.latestUpdateTime())
                                            .addAllUserList(changed.users())
                                            .build());
                        });
    }
}
