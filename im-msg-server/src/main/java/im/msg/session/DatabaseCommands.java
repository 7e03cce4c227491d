package im.msg.session;

import com.google.common.base.Throwables;
import com.google.protobuf.Message;
import im.msg.domain.Conversation;
import im.msg.domain.Notices;
import im.msg.wire.ChatMessages;
import im.msg.wire.ClientKinds;
import im.msg.wire.DatabaseRequest;
import im.msg.wire.NoticeMessages;
import im.netlib.Router;
import im.proto.Commands;
import im.proto.buddy.IMAvatarChangedNotify;
import im.proto.buddy.IMChangeAvatarReq;
import im.proto.buddy.IMChangeAvatarRsp;
import im.proto.buddy.IMChangeSignInfoReq;
import im.proto.buddy.IMChangeSignInfoRsp;
import im.proto.buddy.IMRemoveSessionNotify;
import im.proto.buddy.IMRemoveSessionReq;
import im.proto.buddy.IMRemoveSessionRsp;
import im.proto.buddy.IMSignInfoChangedNotify;
import im.proto.group.IMGroupChangeMemberReq;
import im.proto.group.IMGroupChangeMemberRsp;
import im.proto.login.IMDeviceTokenReq;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMGetMsgListRsp;
import im.proto.message.IMMsgDataReadAck;
import im.proto.message.IMMsgDataReadNotify;
import im.proto.switchservice.IMP2PCmdMsg;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clients ask the database, and tell each other by way of this server, which vouches for who does and tells others what came of it.
 */
public final class DatabaseCommands {
    private static final Logger log = LoggerFactory.getLogger(DatabaseCommands.class);
    private static final int DONE = 0;

    private final Database database;
    private final Notices notices;

    public DatabaseCommands(Database database, Notices notices) {
        this.database = database;
        this.notices = notices;
    }

    /** What follows from an answer. */
    private interface Consequence<Q, R> {
        void follow(UserSession session, Q request, R answer);
    }

    Router.Builder<UserSession> addTo(Router.Builder<UserSession> router) {
        passOn(router, DatabaseRequest.RECENT_SESSIONS);
        passOn(router, DatabaseRequest.USERS_INFO);
        passOn(router, DatabaseRequest.ALL_USERS);
        passOn(router, DatabaseRequest.DEPARTMENTS);
        passOn(router, DatabaseRequest.UNREAD_COUNTS);
        passOn(router, DatabaseRequest.HISTORY, this::found);
        passOn(router, DatabaseRequest.LATEST_ID);
        passOn(router, DatabaseRequest.MESSAGES_BY_ID);
        passOn(router, DatabaseRequest.NORMAL_GROUPS);
        passOn(router, DatabaseRequest.GROUPS_INFO);
        passOn(router, DatabaseRequest.CREATE_GROUP);
        passOn(router, DatabaseRequest.SHIELD_GROUP);
        passOn(router, DatabaseRequest.PUSH_SHIELD);
        passOn(router, DatabaseRequest.QUERY_PUSH_SHIELD);
        passOn(router, DatabaseRequest.REMOVE_SESSION, this::sessionRemoved);
        passOn(router, DatabaseRequest.CHANGE_AVATAR, this::avatarChanged);
        passOn(router, DatabaseRequest.CHANGE_SIGNATURE, this::signatureChanged);
        passOn(router, DatabaseRequest.CHANGE_MEMBERS, this::membersChanged);
        return router.on(Commands.LOGIN_REQ_DEVICETOKEN, this::onDeviceToken)
                .on(Commands.MSG_READ_ACK, this::onRead)
                .on(Commands.SWITCH_P2P_CMD, this::onP2PCommand);
    }

    private <Q extends Message, R extends Message> void passOn(
            Router.Builder<UserSession> router, DatabaseRequest<Q, R> kind) {
        passOn(router, kind, (session, request, answer) -> {});
    }

    private <Q extends Message, R extends Message> void passOn(
            Router.Builder<UserSession> router, DatabaseRequest<Q, R> kind, Consequence<Q, R> consequence) {
        router.on(kind.command(), (session, request, seq) -> ask(session, kind, request, seq, consequence));
    }

    private <Q extends Message, R extends Message> void ask(
            UserSession session, DatabaseRequest<Q, R> kind, Q request, int seq, Consequence<Q, R> consequence) {
        session.pending().requireRoom();
        session.pending().await(database.ask(kind, session.user(), request), (answer, failure) -> {
            if (failure == null) {
                session.reply(kind.answer(), seq, answer);
                consequence.follow(session, request, answer);
            } else {
                log.warn(
                        "{}: {} fails: {}",
                        session,
                        kind.command(),
                        Throwables.getRootCause(failure).toString());
                // Without a word for it there is no answer: an empty one would say that there is nothing.
                kind.failure(session.user(), request).ifPresent(failed -> session.reply(kind.answer(), seq, failed));
            }
        });
    }

    private void found(UserSession session, IMGetMsgListReq request, IMGetMsgListRsp answer) {
        Conversation conversation =
                ChatMessages.conversation(session.user(), request.getSessionType(), request.getSessionId());
        answer.getMsgListList().forEach(message -> session.found(conversation, message.getMsgId()));
    }

    private void sessionRemoved(UserSession session, IMRemoveSessionReq request, IMRemoveSessionRsp answer) {
        if (answer.getResultCode() == DONE) {
            notices.sendToOthers(
                    NoticeMessages.of(IMRemoveSessionNotify.newBuilder()
                            .setUserId(session.user().value())
                            .setSessionType(request.getSessionType())
                            .setSessionId(request.getSessionId())
                            .build()),
                    session);
        }
    }

    private void avatarChanged(UserSession session, IMChangeAvatarReq request, IMChangeAvatarRsp answer) {
        if (answer.getResultCode() == DONE) {
            notices.send(NoticeMessages.of(IMAvatarChangedNotify.newBuilder()
                    .setChangedUserId(session.user().value())
                    .setAvatarUrl(request.getAvatarUrl())
                    .build()));
        }
    }

    private void signatureChanged(UserSession session, IMChangeSignInfoReq request, IMChangeSignInfoRsp answer) {
        if (answer.getResultCode() == DONE) {
            notices.send(NoticeMessages.of(IMSignInfoChangedNotify.newBuilder()
                    .setChangedUserId(session.user().value())
                    .setSignInfo(request.getSignInfo())
                    .build()));
        }
    }

    private void membersChanged(UserSession session, IMGroupChangeMemberReq request, IMGroupChangeMemberRsp answer) {
        if (answer.getResultCode() == DONE && answer.getChgUserIdListCount() > 0) {
            notices.sendToOthers(NoticeMessages.membersChanged(session.user(), answer), session);
        }
    }

    /** Only mobiles can be pushed to. What else the client says about itself its session knows better. */
    private void onDeviceToken(UserSession session, IMDeviceTokenReq request, int seq) {
        if (session.kind().isDesktop()) {
            log.debug("{}: no token is kept for a desktop", session);
            return;
        }
        IMDeviceTokenReq ofSession = request.toBuilder()
                .setClientType(ClientKinds.wire(session.kind()))
                .build();
        ask(session, DatabaseRequest.DEVICE_TOKEN, ofSession, seq, (s, q, answer) -> {});
    }

    private void onRead(UserSession session, IMMsgDataReadAck read, int seq) {
        IMMsgDataReadAck ofSession =
                read.toBuilder().setUserId(session.user().value()).build();
        session.pending().requireRoom();
        session.pending().await(database.tell(ofSession), (told, failure) -> {
            if (failure == null) {
                notices.sendToOthers(
                        NoticeMessages.of(IMMsgDataReadNotify.newBuilder()
                                .setUserId(ofSession.getUserId())
                                .setSessionId(read.getSessionId())
                                .setMsgId(read.getMsgId())
                                .setSessionType(read.getSessionType())
                                .build()),
                        session);
            } else {
                log.warn(
                        "{}: what it has read is not recorded: {}",
                        session,
                        Throwables.getRootCause(failure).toString());
            }
        });
    }

    private void onP2PCommand(UserSession session, IMP2PCmdMsg command, int seq) {
        notices.sendToOthers(
                NoticeMessages.of(command.toBuilder()
                        .setFromUserId(session.user().value())
                        .build()),
                session);
    }
}
