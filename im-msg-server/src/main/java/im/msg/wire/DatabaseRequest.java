package im.msg.wire;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import im.msg.domain.UserId;
import im.proto.Command;
import im.proto.Commands;
import im.proto.buddy.IMAllUserReq;
import im.proto.buddy.IMAllUserRsp;
import im.proto.buddy.IMChangeAvatarReq;
import im.proto.buddy.IMChangeAvatarRsp;
import im.proto.buddy.IMChangeSignInfoReq;
import im.proto.buddy.IMChangeSignInfoRsp;
import im.proto.buddy.IMDepartmentReq;
import im.proto.buddy.IMDepartmentRsp;
import im.proto.buddy.IMRecentContactSessionReq;
import im.proto.buddy.IMRecentContactSessionRsp;
import im.proto.buddy.IMRemoveSessionReq;
import im.proto.buddy.IMRemoveSessionRsp;
import im.proto.buddy.IMUsersInfoReq;
import im.proto.buddy.IMUsersInfoRsp;
import im.proto.group.IMGroupChangeMemberReq;
import im.proto.group.IMGroupChangeMemberRsp;
import im.proto.group.IMGroupCreateReq;
import im.proto.group.IMGroupCreateRsp;
import im.proto.group.IMGroupInfoListReq;
import im.proto.group.IMGroupInfoListRsp;
import im.proto.group.IMGroupShieldReq;
import im.proto.group.IMGroupShieldRsp;
import im.proto.group.IMNormalGroupListReq;
import im.proto.group.IMNormalGroupListRsp;
import im.proto.login.IMDeviceTokenReq;
import im.proto.login.IMDeviceTokenRsp;
import im.proto.login.IMPushShieldReq;
import im.proto.login.IMPushShieldRsp;
import im.proto.login.IMQueryPushShieldReq;
import im.proto.login.IMQueryPushShieldRsp;
import im.proto.message.IMGetLatestMsgIdReq;
import im.proto.message.IMGetLatestMsgIdRsp;
import im.proto.message.IMGetMsgByIdReq;
import im.proto.message.IMGetMsgByIdRsp;
import im.proto.message.IMGetMsgListReq;
import im.proto.message.IMGetMsgListRsp;
import im.proto.message.IMUnreadMsgCntReq;
import im.proto.message.IMUnreadMsgCntRsp;
import java.util.Optional;

/**
 * A request of a client that the database answers. A msg-server vouches for who asks and does not look at the rest: the message that
 * the client sends goes to a db-proxy, and that one's goes to the client. Immutable.
 *
 * @param effect decides whether it may be asked again when nobody knows whether it was carried out
 * @param <Q> in all of them {@code user_id} is field 1, and {@code attach_data} field 20
 * @param <R> has {@code attach_data} too
 */
public record DatabaseRequest<Q extends Message, R extends Message>(
        Command<Q> command, Command<R> answer, Class<R> answerType, Effect effect) {
    /** What it does to the database. */
    public enum Effect {
        /** Nothing. */
        READS,
        /** It says what shall be: carried out once more, it makes no difference. */
        SETS,
        /** What comes of it depends on what was: carried out once more, it does something else. */
        CHANGES
    }

    private static final int USER_ID = 1;
    private static final int ATTACH_DATA = 20;
    private static final int FAILED = 1;

    public static final DatabaseRequest<IMDeviceTokenReq, IMDeviceTokenRsp> DEVICE_TOKEN = new DatabaseRequest<>(
            Commands.LOGIN_REQ_DEVICETOKEN, Commands.LOGIN_RES_DEVICETOKEN, IMDeviceTokenRsp.class, Effect.SETS);

    public static final DatabaseRequest<IMPushShieldReq, IMPushShieldRsp> PUSH_SHIELD = new DatabaseRequest<>(
            Commands.LOGIN_REQ_PUSH_SHIELD, Commands.LOGIN_RES_PUSH_SHIELD, IMPushShieldRsp.class, Effect.SETS);

    public static final DatabaseRequest<IMQueryPushShieldReq, IMQueryPushShieldRsp> QUERY_PUSH_SHIELD =
            new DatabaseRequest<>(
                    Commands.LOGIN_REQ_QUERY_PUSH_SHIELD,
                    Commands.LOGIN_RES_QUERY_PUSH_SHIELD,
                    IMQueryPushShieldRsp.class,
                    Effect.READS);

    public static final DatabaseRequest<IMRecentContactSessionReq, IMRecentContactSessionRsp> RECENT_SESSIONS =
            new DatabaseRequest<>(
                    Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_REQUEST,
                    Commands.BUDDY_LIST_RECENT_CONTACT_SESSION_RESPONSE,
                    IMRecentContactSessionRsp.class,
                    Effect.READS);

    public static final DatabaseRequest<IMUsersInfoReq, IMUsersInfoRsp> USERS_INFO = new DatabaseRequest<>(
            Commands.BUDDY_LIST_USER_INFO_REQUEST,
            Commands.BUDDY_LIST_USER_INFO_RESPONSE,
            IMUsersInfoRsp.class,
            Effect.READS);

    /** Hides what is there: once more, that is also what came in between. */
    public static final DatabaseRequest<IMRemoveSessionReq, IMRemoveSessionRsp> REMOVE_SESSION = new DatabaseRequest<>(
            Commands.BUDDY_LIST_REMOVE_SESSION_REQ,
            Commands.BUDDY_LIST_REMOVE_SESSION_RES,
            IMRemoveSessionRsp.class,
            Effect.CHANGES);

    public static final DatabaseRequest<IMAllUserReq, IMAllUserRsp> ALL_USERS = new DatabaseRequest<>(
            Commands.BUDDY_LIST_ALL_USER_REQUEST,
            Commands.BUDDY_LIST_ALL_USER_RESPONSE,
            IMAllUserRsp.class,
            Effect.READS);

    public static final DatabaseRequest<IMChangeAvatarReq, IMChangeAvatarRsp> CHANGE_AVATAR = new DatabaseRequest<>(
            Commands.BUDDY_LIST_CHANGE_AVATAR_REQUEST,
            Commands.BUDDY_LIST_CHANGE_AVATAR_RESPONSE,
            IMChangeAvatarRsp.class,
            Effect.SETS);

    public static final DatabaseRequest<IMDepartmentReq, IMDepartmentRsp> DEPARTMENTS = new DatabaseRequest<>(
            Commands.BUDDY_LIST_DEPARTMENT_REQUEST,
            Commands.BUDDY_LIST_DEPARTMENT_RESPONSE,
            IMDepartmentRsp.class,
            Effect.READS);

    public static final DatabaseRequest<IMChangeSignInfoReq, IMChangeSignInfoRsp> CHANGE_SIGNATURE =
            new DatabaseRequest<>(
                    Commands.BUDDY_LIST_CHANGE_SIGN_INFO_REQUEST,
                    Commands.BUDDY_LIST_CHANGE_SIGN_INFO_RESPONSE,
                    IMChangeSignInfoRsp.class,
                    Effect.SETS);

    public static final DatabaseRequest<IMUnreadMsgCntReq, IMUnreadMsgCntRsp> UNREAD_COUNTS = new DatabaseRequest<>(
            Commands.MSG_UNREAD_CNT_REQUEST, Commands.MSG_UNREAD_CNT_RESPONSE, IMUnreadMsgCntRsp.class, Effect.READS);

    public static final DatabaseRequest<IMGetMsgListReq, IMGetMsgListRsp> HISTORY = new DatabaseRequest<>(
            Commands.MSG_LIST_REQUEST, Commands.MSG_LIST_RESPONSE, IMGetMsgListRsp.class, Effect.READS);

    public static final DatabaseRequest<IMGetLatestMsgIdReq, IMGetLatestMsgIdRsp> LATEST_ID = new DatabaseRequest<>(
            Commands.MSG_GET_LATEST_MSG_ID_REQ,
            Commands.MSG_GET_LATEST_MSG_ID_RSP,
            IMGetLatestMsgIdRsp.class,
            Effect.READS);

    public static final DatabaseRequest<IMGetMsgByIdReq, IMGetMsgByIdRsp> MESSAGES_BY_ID = new DatabaseRequest<>(
            Commands.MSG_GET_BY_MSG_ID_REQ, Commands.MSG_GET_BY_MSG_ID_RES, IMGetMsgByIdRsp.class, Effect.READS);

    public static final DatabaseRequest<IMNormalGroupListReq, IMNormalGroupListRsp> NORMAL_GROUPS =
            new DatabaseRequest<>(
                    Commands.GROUP_NORMAL_LIST_REQUEST,
                    Commands.GROUP_NORMAL_LIST_RESPONSE,
                    IMNormalGroupListRsp.class,
                    Effect.READS);

    public static final DatabaseRequest<IMGroupInfoListReq, IMGroupInfoListRsp> GROUPS_INFO = new DatabaseRequest<>(
            Commands.GROUP_INFO_REQUEST, Commands.GROUP_INFO_RESPONSE, IMGroupInfoListRsp.class, Effect.READS);

    /** Once more, that is another group. */
    public static final DatabaseRequest<IMGroupCreateReq, IMGroupCreateRsp> CREATE_GROUP = new DatabaseRequest<>(
            Commands.GROUP_CREATE_REQUEST, Commands.GROUP_CREATE_RESPONSE, IMGroupCreateRsp.class, Effect.CHANGES);

    /** Says who shall be in, or out. The answer tells what changed, which is nothing the second time; who leaves is refused then. */
    public static final DatabaseRequest<IMGroupChangeMemberReq, IMGroupChangeMemberRsp> CHANGE_MEMBERS =
            new DatabaseRequest<>(
                    Commands.GROUP_CHANGE_MEMBER_REQUEST,
                    Commands.GROUP_CHANGE_MEMBER_RESPONSE,
                    IMGroupChangeMemberRsp.class,
                    Effect.SETS);

    public static final DatabaseRequest<IMGroupShieldReq, IMGroupShieldRsp> SHIELD_GROUP = new DatabaseRequest<>(
            Commands.GROUP_SHIELD_GROUP_REQUEST,
            Commands.GROUP_SHIELD_GROUP_RESPONSE,
            IMGroupShieldRsp.class,
            Effect.SETS);

    public static final ImmutableList<DatabaseRequest<?, ?>> ALL = ImmutableList.of(
            DEVICE_TOKEN,
            PUSH_SHIELD,
            QUERY_PUSH_SHIELD,
            RECENT_SESSIONS,
            USERS_INFO,
            REMOVE_SESSION,
            ALL_USERS,
            CHANGE_AVATAR,
            DEPARTMENTS,
            CHANGE_SIGNATURE,
            UNREAD_COUNTS,
            HISTORY,
            LATEST_ID,
            MESSAGES_BY_ID,
            NORMAL_GROUPS,
            GROUPS_INFO,
            CREATE_GROUP,
            CHANGE_MEMBERS,
            SHIELD_GROUP);

    /** Whether it may be carried out once more. */
    public boolean mayRepeat() {
        return effect != Effect.CHANGES;
    }

    /** As this user asks, whatever the client says about that. */
    @SuppressWarnings("unchecked")
    public Q vouchedFor(UserId user, Q request, ByteString token) {
        Message.Builder builder = request.toBuilder();
        return (Q) builder.setField(field(builder, USER_ID), user.value())
                .setField(field(builder, ATTACH_DATA), token)
                .build();
    }

    public ByteString token(R answer) {
        return (ByteString) answer.getField(answer.getDescriptorForType().findFieldByNumber(ATTACH_DATA));
    }

    /** As the client gets it. */
    @SuppressWarnings("unchecked")
    public R withoutToken(R answer) {
        Message.Builder builder = answer.toBuilder();
        return (R) builder.clearField(field(builder, ATTACH_DATA)).build();
    }

    /** The answer when there is none: result 1, and what else it needs is what was asked. Empty where it has no result. */
    @SuppressWarnings("unchecked")
    public Optional<R> failure(UserId user, Q request) {
        Message.Builder builder = Internal.getDefaultInstance(answerType).newBuilderForType();
        FieldDescriptor result = builder.getDescriptorForType().findFieldByName("result_code");
        if (result == null) {
            return Optional.empty();
        }
        builder.getDescriptorForType().getFields().stream()
                .filter(field -> field.isRequired() && field != result)
                .forEach(field -> builder.setField(
                        field, request.getField(request.getDescriptorForType().findFieldByName(field.getName()))));
        return Optional.of((R) builder.setField(result, FAILED)
                .setField(field(builder, USER_ID), user.value())
                .build());
    }

    private static FieldDescriptor field(Message.Builder builder, int number) {
        return builder.getDescriptorForType().findFieldByNumber(number);
    }
}
