package im.msg.wire;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import com.google.protobuf.MessageLite;
import im.msg.domain.Notice;
import im.msg.domain.Notice.Audience;
import im.msg.domain.UserId;
import im.netlib.Pdu;
import im.netlib.Router;
import im.netlib.Session;
import im.proto.Command;
import im.proto.Commands;
import im.proto.buddy.IMAvatarChangedNotify;
import im.proto.buddy.IMRemoveSessionNotify;
import im.proto.buddy.IMSignInfoChangedNotify;
import im.proto.group.IMGroupChangeMemberNotify;
import im.proto.group.IMGroupChangeMemberRsp;
import im.proto.message.IMMsgDataReadNotify;
import im.proto.switchservice.IMP2PCmdMsg;
import java.util.function.Consumer;
import java.util.function.Function;

/** What clients are told in so many words of the protocol, for clients and for other msg-servers alike. */
public final class NoticeMessages {
    /** The same for everybody who is told, so it is made once. */
    private record Kind<M extends MessageLite>(Command<M> command, Function<M, Audience> audience) {
        private Notice notice(M message) {
            return new Notice(audience.apply(message), Pdu.frame(command, message));
        }

        private <S extends Session> void addTo(Router.Builder<S> router, Consumer<Notice> listener) {
            router.on(command, (session, message, seq) -> listener.accept(notice(message)));
        }
    }

    private static final Kind<IMMsgDataReadNotify> READ =
            new Kind<>(Commands.MSG_READ_NOTIFY, message -> clientsOf(ImmutableList.of(message.getUserId())));

    private static final Kind<IMRemoveSessionNotify> SESSION_REMOVED = new Kind<>(
            Commands.BUDDY_LIST_REMOVE_SESSION_NOTIFY, message -> clientsOf(ImmutableList.of(message.getUserId())));

    private static final Kind<IMAvatarChangedNotify> AVATAR_CHANGED =
            new Kind<>(Commands.BUDDY_LIST_AVATAR_CHANGED_NOTIFY, message -> new Audience.AllDesktops());

    private static final Kind<IMSignInfoChangedNotify> SIGNATURE_CHANGED =
            new Kind<>(Commands.BUDDY_LIST_SIGN_INFO_CHANGED_NOTIFY, message -> new Audience.AllDesktops());

    private static final Kind<IMGroupChangeMemberNotify> MEMBERS_CHANGED = new Kind<>(
            Commands.GROUP_CHANGE_MEMBER_NOTIFY,
            message -> clientsOf(Iterables.concat(message.getCurUserIdListList(), message.getChgUserIdListList())));

    private static final Kind<IMP2PCmdMsg> P2P_COMMAND =
            new Kind<>(Commands.SWITCH_P2P_CMD, message -> clientsOf(ImmutableList.of(message.getToUserId())));

    private static final ImmutableList<Kind<?>> KINDS =
            ImmutableList.of(READ, SESSION_REMOVED, AVATAR_CHANGED, SIGNATURE_CHANGED, MEMBERS_CHANGED, P2P_COMMAND);

    private NoticeMessages() {}

    private static Audience clientsOf(Iterable<Integer> users) {
        ImmutableSet.Builder<UserId> ids = ImmutableSet.builder();
        users.forEach(user -> ids.add(new UserId(user)));
        return new Audience.ClientsOf(ids.build());
    }

    /** Has the router take what other msg-servers pass on. */
    public static <S extends Session> Router.Builder<S> addTo(Router.Builder<S> router, Consumer<Notice> listener) {
        KINDS.forEach(kind -> kind.addTo(router, listener));
        return router;
    }

    /** For the own clients. */
    public static Notice of(IMMsgDataReadNotify message) {
        return READ.notice(message);
    }

    /** For the own clients. */
    public static Notice of(IMRemoveSessionNotify message) {
        return SESSION_REMOVED.notice(message);
    }

    /** For everybody. */
    public static Notice of(IMAvatarChangedNotify message) {
        return AVATAR_CHANGED.notice(message);
    }

    /** For everybody. */
    public static Notice of(IMSignInfoChangedNotify message) {
        return SIGNATURE_CHANGED.notice(message);
    }

    /** For who is in the group now, or was. */
    public static Notice membersChanged(UserId by, IMGroupChangeMemberRsp change) {
        return MEMBERS_CHANGED.notice(IMGroupChangeMemberNotify.newBuilder()
                .setUserId(by.value())
                .setChangeType(change.getChangeType())
                .setGroupId(change.getGroupId())
                .addAllCurUserIdList(change.getCurUserIdListList())
                .addAllChgUserIdList(change.getChgUserIdListList())
                .build());
    }

    /** For the other user. */
    public static Notice of(IMP2PCmdMsg message) {
        return P2P_COMMAND.notice(message);
    }
}
