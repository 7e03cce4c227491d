package im.msg.session;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableSetMultimap;
import im.msg.domain.ClientKind;
import im.msg.domain.OnlineUsers;
import im.msg.domain.RouteLink;
import im.msg.domain.UserId;
import im.netlib.ProtocolViolation;
import im.proto.Commands;
import im.proto.base.UserStat;
import im.proto.buddy.IMAllUserReq;
import im.proto.buddy.IMAllUserRsp;
import im.proto.buddy.IMUsersStatReq;
import im.proto.buddy.IMUsersStatRsp;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients ask about other users. */
public final class BuddyCommands {
    private static final Logger log = LoggerFactory.getLogger(BuddyCommands.class);

    /** More would make an answer that is longer than the frames that clients take. */
    private static final int MAX_USERS_ASKED_FOR = 20_000;

    private final OnlineUsers online;
    private final RouteLink route;
    private final UserDirectory directory;

    public BuddyCommands(OnlineUsers online, RouteLink route, UserDirectory directory) {
        this.online = online;
        this.route = route;
        this.directory = directory;
    }

    void onUsersStatus(UserSession session, IMUsersStatReq request, int seq) {
        if (request.getUserIdListCount() > MAX_USERS_ASKED_FOR) {
            throw new ProtocolViolation("asks for the status of " + request.getUserIdListCount() + " users");
        }
        session.pending().requireRoom();
        List<UserId> users =
                request.getUserIdListList().stream().map(UserId::new).toList();
        List<UserId> notHere =
                users.stream().filter(user -> !online.isOnline(user)).toList();
        CompletableFuture<ImmutableSetMultimap<UserId, ClientKind>> elsewhere = notHere.isEmpty()
                ? CompletableFuture.completedFuture(ImmutableSetMultimap.of())
                : route.lookup(notHere);
        session.pending().await(elsewhere, (found, failure) -> {
            IMUsersStatRsp.Builder answer =
                    IMUsersStatRsp.newBuilder().setUserId(session.user().value());
            for (UserId user : users) {
                // Without the other msg-servers, what is known here is better than nothing.
                boolean isOnline = online.isOnline(user) || failure == null && found.containsKey(user);
                answer.addUserStatList(
                        UserStat.newBuilder().setUserId(user.value()).setStatus(UserSession.status(isOnline)));
            }
            session.reply(Commands.BUDDY_LIST_USERS_STATUS_RESPONSE, seq, answer.build());
        });
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
